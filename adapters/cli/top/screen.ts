/**
 * Shows a page repeatedly: on a terminal each page replaces the previous one, on the alternate screen that is left at
 * the end; elsewhere the pages follow each other.
 */
import { plain } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** A screen. What is written to `terminal` is collected as one page and shown by `show`. */
export interface Screen {
  readonly terminal: Terminal;
  /** Shows what was written since the last call, below a heading on a terminal. */
  readonly show: (heading: string) => void;
  /** Restores the terminal. */
  readonly close: () => void;
}

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const endOfLine = '\u001b[K\r\n';
const endOfPage = '\u001b[J';

/** Opens a screen on a terminal. */
export const openScreen = (terminal: Terminal): Screen => {
  const isLive = terminal.columns !== null;
  let page = '';
  const hold = (text: string) => {
    page += text;
  };
  const paged: Terminal = {
    ...terminal,
    write: hold,
    line: (text) => hold(`${text}\n`),
    note: isLive ? (text) => hold(`${text}\n`) : terminal.note,
  };
  if (isLive) terminal.write(enter);
  return {
    terminal: paged,
    show(heading) {
      const lines = page.split('\n').slice(0, -1);
      page = '';
      if (!isLive) {
        for (const line of lines) terminal.line(line);
        return;
      }
      const width = terminal.columns ?? 80;
      const title = terminal.paint('bold', plain(heading).slice(0, width));
      const shown = [title, '', ...lines].slice(0, Math.max(3, (process.stdout.rows || 24) - 1));
      terminal.write(`${home}${shown.map((line) => `${line}${endOfLine}`).join('')}${endOfPage}`);
    },
    close() {
      if (isLive) terminal.write(leave);
    },
  };
};
