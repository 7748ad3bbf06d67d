/** `ring wait`: waits until deployments reach a state; the exit code tells the result. */

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
  /** Whether a deployment that is deleted meanwhile has failed, even when the wait is for `settled`. */
  readonly mustStay?: boolean;
}

/** The message about a deployment in each state. */
const words = {
  running: 'is running',
  completed: 'is completed',
  healthy: 'is healthy',
  deleted: 'is deleted',
  settled: 'is settled',
} as const satisfies Record<Until, string>;

/** A completed job does not run any more, so it gets its own message. */
const wordsOf = ({ until, deployment }: WaitEnd): string =>
  words[deployment?.kind === 'job' && until !== 'deleted' ? 'completed' : until];

/** Waits for all deployments. Resolves to 0 when all reach the state, 7 when one no longer can, 2 on timeout. */
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

/** Prints how the wait for one deployment ended; returns the exit code for this one alone. */
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
