/** Makes all stores of the API on one session. */
import type { Stores } from '../../core/ports.ts';
import { makeConfigs } from './configs.ts';
import { makeDeployments } from './deployments.ts';
import { makeEvents } from './events.ts';
import { makeNamespaces } from './namespaces.ts';
import { makeDoneKeys } from './request-keys.ts';
import { makeRevocations } from './revocations.ts';
import { makeRuns } from './runs.ts';
import { makeSecrets } from './secrets.ts';
import type { Session } from './session.ts';
import { makeUsers } from './users.ts';

/** The parameters of the stores. */
export interface StoreTerms {
  /** Returns the time in ms since 1970. */
  readonly now: () => number;
  /** The number of revisions kept of each deployment besides the last stable one; 10 by default. */
  readonly revisionsKept?: number | undefined;
}

const revisionsKeptByDefault = 10;

/** Makes stores that read, and that also change data within a write. */
export const makeStores = (
  session: Session,
  { now, revisionsKept = revisionsKeptByDefault }: StoreTerms,
): Stores => ({
  deployments: makeDeployments(session, revisionsKept),
  events: makeEvents(session),
  users: makeUsers(session),
  revocations: makeRevocations(session, now),
  configs: makeConfigs(session),
  secrets: makeSecrets(session),
  runs: makeRuns(session),
  namespaces: makeNamespaces(session),
  doneKeys: makeDoneKeys(session),
});
