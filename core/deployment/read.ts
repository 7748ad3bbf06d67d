/** Reads one deployment in full. */
import { hasScope } from '../access/scope.ts';
import type { Vault } from '../access/security.ts';
import type { Caller } from '../access/user.ts';
import { RingError } from '../errors.ts';
import type { Deployments } from '../ports.ts';
import { type DetailSources, detailOf } from './detail.ts';
import type { DeploymentRecord } from './record.ts';
import { readableConfidential } from './revision.ts';
import type { Deployment } from './view.ts';

/** The ports that reading needs. */
export interface ReadPorts {
  readonly deployments: Deployments;
  readonly vault: Vault;
}

/** Whether a caller may see the values of the environment; others see `***`. */
export const seesSecrets = (caller: Pick<Caller, 'role'>): boolean => hasScope(caller.role, 'write');

/** Returns the deployment of this id or `<name>.<namespace>`; DEPLOYMENT_NOT_FOUND without one. */
export async function readDeployment(
  id: string,
  caller: Pick<Caller, 'role'>,
  ports: ReadPorts,
): Promise<Deployment> {
  return detail(await findDeployment(id, ports.deployments), caller, ports);
}

/** Returns the record of this id; DEPLOYMENT_NOT_FOUND without one. */
export async function findDeployment(id: string, deployments: Deployments): Promise<DeploymentRecord> {
  const record = await deployments.find(id);
  if (record) return record;
  throw notFound();
}

const notFound = (): RingError => new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found');

/** Returns the detail of a record that was just read or written. */
export async function detail(
  record: DeploymentRecord,
  caller: Pick<Caller, 'role'>,
  { deployments, vault }: ReadPorts,
): Promise<Deployment> {
  const observation = await deployments.observation(record.uid);
  return detailSeen({ record, observation }, caller, { deployments, vault });
}

/** Returns the detail of a record and its observation, both just read. */
export async function detailSeen(
  { record, observation }: Pick<DetailSources, 'record' | 'observation'>,
  caller: Pick<Caller, 'role'>,
  { deployments, vault }: ReadPorts,
): Promise<Deployment> {
  const revision = await deployments.revision(record.uid, record.revision);
  // Revisions are only deleted with their deployment, so it was removed since its record was read.
  if (!revision) throw notFound();
  const confidential = readableConfidential(revision, vault);
  return detailOf({
    record,
    revision,
    observation,
    environment: confidential?.environment ?? {},
    whole: seesSecrets(caller) && confidential !== null,
  });
}
