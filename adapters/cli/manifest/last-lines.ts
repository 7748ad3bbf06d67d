/** Reads the last log lines of a failed deployment: of the revision that was rolled out, or of the job's run. */

import type { Deployment } from '../../../core/deployment/view.ts';
import type { LogEntry } from '../../../core/log/entry.ts';
import { ClientError } from '../../../handlers/client.ts';
import type { Session } from '../session.ts';

const tail = 15;
const mostReplicas = 10;

/** Returns the lines in order of time; none when nothing was written or the log cannot be read. */
export async function lastLinesOf(
  { client }: Pick<Session, 'client'>,
  deployment: Deployment,
): Promise<readonly LogEntry[]> {
  const { id } = deployment;
  try {
    if (deployment.kind === 'job') {
      const { body: runs } = await client.listRuns({ params: { id }, query: { limit: 1 } });
      const [newest] = runs;
      if (newest === undefined) return [];
      return (await client.readRunLogs({ params: { id, number: newest.number }, query: { tail } })).body;
    }
    const slots = Array.from({ length: Math.min(deployment.replicas, mostReplicas) }, (_, slot) => slot);
    const lists = await Promise.all(slots.map((slot) => linesOf({ client }, id, nameOf(deployment, slot))));
    const lines = lists.flat();
    if (lines.length > 0) return lines.sort(byTime).slice(-tail);
    return (await client.readLogs({ params: { id }, query: { previous: true, tail } })).body;
  } catch (error) {
    // The reason of the failure is known without the lines.
    if (error instanceof ClientError) return [];
    throw error;
  }
}

async function linesOf(
  { client }: Pick<Session, 'client'>,
  id: string,
  container: string,
): Promise<readonly LogEntry[]> {
  try {
    return (await client.readLogs({ params: { id }, query: { container, tail } })).body;
  } catch (error) {
    if (error instanceof ClientError && error.code === 'INSTANCE_NOT_FOUND') return [];
    throw error;
  }
}

const nameOf = ({ namespace, name, revision }: Deployment, slot: number): string =>
  `${namespace}_${name}_${slot}_r${revision}`;

const byTime = (one: LogEntry, other: LogEntry): number =>
  one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0;
