/**
 * Sends manifests to be applied or planned. After a lost reply the request is repeated under the same idempotency key,
 * so that nothing is done twice; refusals are reported with the lines they concern.
 */
import type { ChangeSet } from '../../../core/manifest/change.ts';
import { ClientError } from '../../../handlers/client.ts';
import { exitOf } from '../exit-codes.ts';
import { untilAnswered } from '../follow/until-answered.ts';
import type { Session } from '../session.ts';
import { faultsError, faultsOf } from './faults.ts';
import type { Manifests } from './manifests.ts';

/** What to send and how. */
export interface Sending {
  readonly to: 'apply' | 'plan';
  /** A selector: objects that match it in the manifests' namespaces, but are not in the manifests, are deleted. */
  readonly prune?: string | undefined;
}

/** The result, and its time by the server's clock (ms since 1970, rounded down to the second). */
export interface Sent {
  readonly done: ChangeSet;
  readonly at: number;
}

/** Sends manifests. CommandError for faults of the manifests, otherwise the client's errors. */
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
    // Repeating an apply is safe: what was already applied is unchanged.
    const { body: done, headers } = await untilAnswered(call, session, { mayRepeat: true });
    return { done, at: Date.parse(headers.get('date') ?? '') || 0 };
  } catch (error) {
    if (!(error instanceof ClientError) || error.violations.length === 0) throw error;
    const aboutQuery = error.violations.some(({ pointer }) => pointer.startsWith('?'));
    if (aboutQuery) throw error;
    throw faultsError(faultsOf(error.violations, documents), exitFor(error));
  }
}

// A newer server may use codes that this command does not know.
const exitFor = ({ code }: ClientError) => (Object.hasOwn(exitOf, code) ? exitOf[code] : exitOf.INTERNAL);
