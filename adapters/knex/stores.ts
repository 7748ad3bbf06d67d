/** All stores of the API on one session. */
import type { Stores } from '../../core/ports.ts';
import { makeConfigs } from './configs.ts';
import { makeDeployments } from './deployments.ts';
import { makeEvents } from './events.ts';
import { makeRevocations } from './revocations.ts';
import type { Session } from './session.ts';
import { makeUsers } from './users.ts';

/** Stores that read, and within a write also change. `now` is ms since 1970. */
export const makeStores = (session: Session, now: () => number): Stores => ({
  deployments: makeDeployments(session),
  events: makeEvents(session),
  users: makeUsers(session),
  revocations: makeRevocations(session, now),
  configs: makeConfigs(session),
});
