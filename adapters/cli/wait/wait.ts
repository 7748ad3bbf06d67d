/** `ring wait`: waits for deployments to stand as asked, and says by its exit code what came of it. */

import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { Until } from '../../../core/deployment/wait/wait-view.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { type ExitCode, exits } from '../exit-codes.ts';
import { type WaitEnd, waitUntil } from '../follow/wait-for.ts';
import { idIn } from '../names.ts';
import type { Session } from '../session.ts';

/** The options of `ring wait`. */
export interface WaitOptions extends NamespaceOption {
  readonly for: Until;
  readonly timeout: string;
  /** Whether a deployment that is deleted meanwhile has failed, also where it is waited for until it is settled. */
  readonly mustStay?: boolean;
}

/** What a deployment is once it is so. */
const words = {
  running: 'is running',
  completed: 'is completed',
  healthy: 'is healthy',
  deleted: 'is deleted',
  settled: 'is settled',
} as const satisfies Record<Until, string>;

/** A job that is done does not run any more. */
const wordsOf = ({ until, deployment }: WaitEnd): string =>
  words[deployment?.kind === 'job' && until !== 'deleted' ? 'completed' : until];

/** Waits for all of them. Resolves to 0 when all are so, 7 when one cannot be any more, 2 when the time is up. */
export const wait = async (
  session: Session,
  names: readonly string[],
  options: WaitOptions,
): Promise<ExitCode> => {
  const timeoutMs = parseDuration(options.timeout) ?? 0;
  const ends = await Promise.all(
    names.map(async (name) => {
      const id = idIn(name, options.namespace);
      const onReason = (reason: string) => session.terminal.note(`${id}: ${reason}`);
      const { for: until, mustStay = false } = options;
      return tell(session, id, await waitUntil(session, { id, until, timeoutMs, mustStay, onReason }));
    }),
  );
  return ends.find((end) => end === exits.failed) ?? ends.find((end) => end !== exits.ok) ?? exits.ok;
};

/** Says how waiting for one deployment ended; the exit code that this alone would have. */
export function tell({ terminal }: Pick<Session, 'terminal'>, id: string, end: WaitEnd): ExitCode {
  const why = end.reason === null ? '' : `: ${end.reason}`;
  switch (end.outcome) {
    case 'reached':
      terminal.line(`deployment/${id} ${wordsOf(end)}`);
      return exits.ok;
    case 'failed':
      terminal.note(`ring: ${id} failed${why}${end.deployment === null ? '' : moreAbout(id)}`);
      return exits.failed;
    case 'timeout':
      terminal.note(`ring: timed out before ${id} ${wordsOf(end)}${why}; it continues in the background`);
      return exits.changes;
  }
}

const moreAbout = (id: string): string =>
  `; \`ring describe deployment ${id}\` and \`ring logs ${id} --previous\` say more`;
