/**
 * Sends manifests to be applied or planned. A reply that was lost on the way is asked for again under the same key, so
 * that nothing is done twice; what the server refuses is reported with the lines it concerns.
 */
import type { ChangeSet } from '../../../core/manifest/change.ts';
import { ClientError } from '../../../handlers/client.ts';
import { exitOf } from '../exit-codes.ts';
import { untilAnswered } from '../follow/until-answered.ts';
import type { Session } from '../session.ts';
import { faultsError, faultsOf } from './faults.ts';
import type { Manifests } from './manifests.ts';

/** What is done with them. */
export interface Sending {
  readonly to: 'apply' | 'plan';
  /** A selector: what matches it in the namespaces of the manifests, and is not in them, goes. */
  readonly prune?: string | undefined;
}

/** What became of it, and when by the server's clock (ms since 1970, to the second before). */
export interface Sent {
  readonly done: ChangeSet;
  readonly at: number;
}

/** What becomes of it all. CommandError for what the manifests are at fault for, else the client's errors. */
export async function send(
  session: Session,
  { manifests, documents }: Manifests,
  { to, prune }: Sending,
): Promise<Sent> {
  const query = prune === undefined ? {} : { prune };
  const body = [...manifests];
  const call = (key: string) =>
    to === 'plan'
      ? session.client.planManifests({ query, body })
      : session.client.applyManifests({ query, body, headers: { 'idempotency-key': key } });
  try {
    // Applied again, what was applied already finds nothing to do.
    const { body: done, headers } = await untilAnswered(call, session, { mayRepeat: true });
    return { done, at: Date.parse(headers.get('date') ?? '') || 0 };
  } catch (error) {
    if (!(error instanceof ClientError) || error.violations.length === 0) throw error;
    const aboutQuery = error.violations.some(({ pointer }) => pointer.startsWith('?'));
    if (aboutQuery) throw error;
    throw faultsError(faultsOf(error.violations, documents), exitFor(error));
  }
}

// A server that is newer may know codes that this command does not.
const exitFor = ({ code }: ClientError) => (Object.hasOwn(exitOf, code) ? exitOf[code] : exitOf.INTERNAL);
