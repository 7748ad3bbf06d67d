/** `ring apply`: applies manifests, and waits for the result when requested. */
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { ChangeSet } from '../../../core/manifest/change.ts';
import { type ExitCode, exits } from '../exit-codes.ts';
import type { OutputOptions } from '../output-option.ts';
import { printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { awaitChanges } from './await-changes.ts';
import { loadManifests, type ManifestFlags } from './load.ts';
import { doneLine, planLines } from './render.ts';
import { send } from './send.ts';

/** The options of `ring apply`. */
export interface ApplyOptions extends ManifestFlags, OutputOptions {
  readonly wait?: true;
  readonly timeout: string;
  readonly dryRun?: true;
  readonly prune?: string;
}

/** Applies manifests. Resolves to 0; with `wait` to 7 when something failed, 2 on timeout. */
export const apply = async (session: Session, options: ApplyOptions): Promise<ExitCode> => {
  const { terminal } = session;
  const { dryRun, output, prune } = options;
  const manifests = await loadManifests(options, session);
  const { done, at } = await send(session, manifests, { to: dryRun ? 'plan' : 'apply', prune });
  await print(session, done, options);
  if (dryRun || !options.wait) return exits.ok;
  // Programs read only the changes.
  const isForPeople = output === 'table' || output === 'wide';
  const quiet = isForPeople ? terminal : { ...terminal, line: terminal.note };
  const timeoutMs = parseDuration(options.timeout) ?? 0;
  return awaitChanges({ ...session, terminal: quiet }, done.changes, { timeoutMs, since: at });
};

async function print(
  { terminal }: Session,
  done: ChangeSet,
  { output, dryRun }: ApplyOptions,
): Promise<void> {
  if (output === 'json' || output === 'yaml') return printValue(terminal, done, output);
  const lines =
    output === 'name'
      ? done.changes.map(({ kind, id }) => `${kind}/${id}`)
      : dryRun
        ? planLines(done, terminal.paint)
        : done.changes.map((change) => doneLine(change, terminal.paint));
  for (const line of lines) terminal.line(line);
}
