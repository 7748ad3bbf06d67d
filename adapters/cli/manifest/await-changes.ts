/**
 * Waits for the effect of an apply: for every deployment that the manifests name and every one that a changed config or
 * secret rolls out. The first failure ends the wait, with its reason and its last log lines; work in progress continues
 * either way.
 */
import type { Until } from '../../../core/deployment/wait/wait-view.ts';
import type { Change } from '../../../core/manifest/change.ts';
import { type ExitCode, exits } from '../exit-codes.ts';
import { type WaitEnd, waitUntil } from '../follow/wait-for.ts';
import { forTerminal, messageOf } from '../logs/line.ts';
import type { Session } from '../session.ts';
import { lastLinesOf } from './last-lines.ts';
import { openProgress } from './progress.ts';

interface Awaited {
  readonly id: string;
  readonly until: Until;
}

/** Returns what to wait for after these changes. */
function awaitedOf(changes: readonly Change[]): readonly Awaited[] {
  const deployments = changes.filter(({ kind }) => kind === 'deployment');
  const gone = new Set(deployments.filter(({ change }) => change === 'delete').map(({ id }) => id));
  const ids = new Set([...deployments.map(({ id }) => id), ...changes.flatMap(({ rolls_out }) => rolls_out)]);
  return [...ids].map((id) => ({ id, until: gone.has(id) ? 'deleted' : 'settled' }));
}

/**
 * Waits for all deployments, reporting events since the apply. Resolves to 0 when all are ready, 7 as soon as one has
 * failed, 2 on timeout.
 */
export async function awaitChanges(
  session: Session,
  changes: readonly Change[],
  { timeoutMs, since }: { readonly timeoutMs: number; readonly since: number },
): Promise<ExitCode> {
  const { signal, terminal } = session;
  const awaited = awaitedOf(changes);
  const left = new Set(awaited.map(({ id }) => id));
  const progress = openProgress(session, [...left], since);
  const goOn = () =>
    terminal.note(
      `ring: interrupted; what was applied continues in the background. \`ring wait ${[...left].join(' ')}\` waits again`,
    );
  signal.addEventListener('abort', goOn, { once: true });
  try {
    return await firstFailure(
      awaited.map(async ({ id, until }) => {
        const end = await waitUntil(session, {
          id,
          until,
          timeoutMs,
          mustStay: until !== 'deleted',
          onReason: (why) => progress.reason(id, why),
        });
        if (end.outcome !== 'reached') return { id, end };
        left.delete(id);
        terminal.line(`deployment/${id} ${reached(end)}`);
        return null;
      }),
      (failed) => {
        progress.close();
        const others = [...left].filter((id) => id !== failed.id);
        return tellFailure(session, failed, { others, isNew: isNew(failed.id, changes) });
      },
    );
  } finally {
    signal.removeEventListener('abort', goOn);
    progress.close();
  }
}

interface Failed {
  readonly id: string;
  readonly end: WaitEnd;
}

/** Returns the exit code: that of the first failure, otherwise that of the first timeout. */
async function firstFailure(
  waits: readonly Promise<Failed | null>[],
  tell: (failed: Failed) => Promise<ExitCode>,
): Promise<ExitCode> {
  const failure = new Promise<Failed>((resolve, reject) => {
    for (const wait of waits) {
      wait.then((found) => {
        if (found?.end.outcome === 'failed') resolve(found);
      }, reject);
    }
  });
  const all = Promise.all(waits).then((found) => found.find((one) => one !== null) ?? null);
  const first = await Promise.race([failure, all]);
  return first === null ? exits.ok : tell(first);
}

function reached({ deployment, until }: WaitEnd): string {
  if (until === 'deleted' || deployment === null) return 'is deleted';
  if (deployment.kind === 'job') return deployment.status === 'completed' ? 'is completed' : 'is scheduled';
  return `is running (revision ${deployment.revision}, ${deployment.ready_replicas} of ${deployment.replicas} ready)`;
}

/** Whether the deployment changed: an unchanged one that failed before is not tried again. */
const isNew = (id: string, changes: readonly Change[]): boolean =>
  changes.some((one) => one.id === id && one.kind === 'deployment' && one.change !== 'none') ||
  changes.some(({ rolls_out }) => rolls_out.includes(id));

interface Telling {
  /** The other deployments that are not ready yet. */
  readonly others: readonly string[];
  readonly isNew: boolean;
}

const again = (id: string, deployment: NonNullable<WaitEnd['deployment']>): string =>
  deployment.kind === 'job' ? `\`ring run ${id}\`` : `\`ring rollout restart ${id}\``;

async function tellFailure(session: Session, { id, end }: Failed, telling: Telling): Promise<ExitCode> {
  const { terminal } = session;
  const { deployment, outcome, reason } = end;
  const why = reason === null ? '' : `: ${reason}`;
  if (outcome === 'timeout') {
    terminal.note(`ring: timed out before ${id} was ready${why}; it continues in the background`);
    return exits.changes;
  }
  terminal.note(`ring: ${id} failed${why}`);
  const { others } = telling;
  if (others.length > 0) terminal.note(`  no longer waiting for: ${others.join(', ')}`);
  // Deleted in the meantime: nothing can be read about it.
  if (deployment === null) return exits.failed;
  const serving =
    deployment.kind === 'worker' && deployment.ready_replicas > 0 ? deployment.rollout?.from : null;
  if (serving) terminal.note(`  revision ${serving} goes on serving`);
  const lines = await lastLinesOf(session, deployment);
  if (lines.length > 0) terminal.note('  the last lines:');
  for (const line of lines) {
    terminal.note(`  ${id}/${line.replica} | ${forTerminal(messageOf(line), terminal.paintNote)}`);
  }
  if (!telling.isNew)
    terminal.note(`  nothing was changed now, so nothing is tried again: ${again(id, deployment)} does`);
  terminal.note(`  \`ring describe deployment ${id}\` and \`ring logs ${id} --previous\` say more`);
  return exits.failed;
}
