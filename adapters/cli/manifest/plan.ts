/** `ring plan`: prints what applying would change, as planned by the server. Changes nothing. */
import { type ExitCode, exits } from '../exit-codes.ts';
import type { OutputOptions } from '../output-option.ts';
import { printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { loadManifests, type ManifestFlags } from './load.ts';
import { planLines } from './render.ts';
import { send } from './send.ts';

/** The options of `ring plan`. */
export interface PlanOptions extends ManifestFlags, OutputOptions {
  readonly prune?: string;
}

/** Prints the plan. Resolves to 0 when there is nothing to do, 2 when there is. */
export const plan = async (session: Session, options: PlanOptions): Promise<ExitCode> => {
  const { terminal } = session;
  const { output, prune } = options;
  const { done: planned } = await send(session, await loadManifests(options, session), { to: 'plan', prune });
  const changed = planned.changes.filter(({ change }) => change !== 'none');
  if (output === 'json' || output === 'yaml') await printValue(terminal, planned, output);
  else if (output === 'name') {
    for (const { kind, id } of changed) terminal.line(`${kind}/${id}`);
  } else {
    for (const line of planLines(planned, terminal.paint)) terminal.line(line);
  }
  return changed.length > 0 ? exits.changes : exits.ok;
};
