/** All endpoints by name; the names are the operation ids. */
import * as configs from './configs/endpoints.ts';
import * as deployments from './deployments/endpoints.ts';
import * as description from './description/endpoints.ts';
import type { AnyEndpoint } from './endpoint.ts';
import * as events from './events/endpoints.ts';
import * as gc from './gc/endpoints.ts';
import * as health from './health/endpoints.ts';
import * as manifests from './manifests/endpoints.ts';
import * as namespaces from './namespaces/endpoints.ts';
import * as node from './node/endpoints.ts';
import type { Ports } from './ports.ts';
import * as rollouts from './rollouts/endpoints.ts';
import * as runs from './runs/endpoints.ts';
import * as secrets from './secrets/endpoints.ts';
import * as session from './session/endpoints.ts';
import * as system from './system/endpoints.ts';
import * as users from './users/endpoints.ts';
import * as volumes from './volumes/endpoints.ts';

/** Every endpoint of Ring. */
export const endpoints = {
  ...system,
  ...description,
  ...session,
  ...deployments,
  ...manifests,
  ...rollouts,
  ...runs,
  ...events,
  ...health,
  ...gc,
  ...users,
  ...configs,
  ...secrets,
  ...namespaces,
  ...volumes,
  ...node,
} satisfies Readonly<Record<string, AnyEndpoint<Ports>>>;
