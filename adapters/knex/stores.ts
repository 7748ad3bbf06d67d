/** All stores of the API on one session. */
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

/** What the stores go by. */
export interface StoreTerms {
  /** ms since 1970. */
  readonly now: () => number;
  /** How many revisions of each deployment are kept, beside the one that last proved itself; 10 by default. */
  readonly revisionsKept?: number | undefined;
}

const revisionsKeptByDefault = 10;

/** Stores that read, and within a write also change. */
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
