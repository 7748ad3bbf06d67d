/** Says on stderr what happens while somebody waits: what holds a deployment up, each time that it is something else. */
import type { Session } from '../session.ts';

/** What is told of work that goes on. */
export interface Progress {
  /** Why a deployment has not come yet. */
  reason(id: string, why: string): void;
  close(): void;
}

/** Tells of these deployments until it is closed. */
export const openProgress = ({ terminal }: Pick<Session, 'terminal'>, ids: readonly string[]): Progress => {
  const say = (id: string, words: string) => terminal.note(terminal.paintNote('dim', `${id}: ${words}`));
  if (ids.length > 0) terminal.note(terminal.paintNote('dim', `waiting for ${ids.join(', ')}`));
  return { reason: say, close: () => undefined };
};
