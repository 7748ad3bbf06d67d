/** Asks questions on the terminal and reads stdin. Without a terminal nothing is ever asked. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './failure.ts';
import type { Terminal } from './terminal.ts';

const mostInputBytes = 16 * 1024 * 1024;

/** Asks for a line; CommandError with `instead` when no one can be asked. */
export const ask = async (
  terminal: Terminal,
  { question, instead, hidden = false }: { question: string; instead: string; hidden?: boolean },
): Promise<string> => {
  if (!terminal.isInteractive) throw new CommandError(`Not a terminal, so nothing can be asked: ${instead}`);
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!hidden) terminal.noteRaw(String(chunk));
      done();
    },
  });
  const reader = createInterface({ input: terminal.stdin, output: echo, terminal: true });
  const ended = new AbortController();
  // Not before this point: text typed while the terminal still echoes would be visible.
  terminal.noteRaw(question);
  // In raw mode Ctrl-C is an ordinary key; here it ends the command as it does everywhere else.
  reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  reader.once('close', () => ended.abort());
  process.once('SIGINT', () => reader.close());
  try {
    return await reader.question('', { signal: ended.signal });
  } catch {
    throw new CommandError('No input');
  } finally {
    reader.close();
    if (hidden) terminal.noteRaw('\n');
  }
};

/** Asks for confirmation. CommandError with the option to add when no one can be asked. */
export const confirm = async (terminal: Terminal, question: string): Promise<void> => {
  const answer = await ask(terminal, { question: `${question} [y/N] `, instead: 'add --yes to go ahead' });
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Cancelled');
};

/** Reads all of stdin as text. CommandError above 16 MB. */
export const readInput = async ({ stdin }: Terminal): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > mostInputBytes) throw new CommandError('The input on stdin is larger than 16 MB');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Reads a password or another secret: typed without echo, or the first line of stdin with `fromStdin`. */
export const askSecret = async (
  terminal: Terminal,
  { question, fromStdin, instead }: { question: string; fromStdin: boolean; instead: string },
): Promise<string> =>
  fromStdin
    ? (await readInput(terminal)).replace(/\r?\n$/, '')
    : ask(terminal, { question, instead, hidden: true });
