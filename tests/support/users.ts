/** The actions of users on a simulated world, through the commands of the API; acknowledged changes are recorded. */
import type { Caller } from '../../core/access/user.ts';
import { declareConfig } from '../../core/config/declare.ts';
import { type CommandPorts, createDeployment } from '../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../core/deployment/commands/patch.ts';
import { pauseRollout } from '../../core/deployment/commands/pause.ts';
import { removeDeployment } from '../../core/deployment/commands/remove.ts';
import { restartDeployment } from '../../core/deployment/commands/restart.ts';
import { resumeRollout } from '../../core/deployment/commands/resume.ts';
import { rollBack } from '../../core/deployment/commands/rollback.ts';
import type { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import type { Deployment } from '../../core/deployment/view.ts';
import { deleteNamespace } from '../../core/namespace/commands.ts';
import type { Stores } from '../../core/ports.ts';
import { cancelRun } from '../../core/run/cancel.ts';
import { startRun } from '../../core/run/start.ts';
import { declareSecret } from '../../core/secret/declare.ts';
import { aCaller } from './builders.ts';

/** The part of a reply that must not be lost. */
export type Acknowledged = Pick<Deployment, 'image' | 'replicas' | 'revision'>;

/** The commands, as an administrator gives them. Each resolves when it is acknowledged. */
export interface Users {
  /** What the last acknowledged write of each deployment said, by id. */
  readonly acknowledged: ReadonlyMap<string, Acknowledged>;
  create(draft: Partial<DeploymentDraft>): Promise<Deployment>;
  /** Declares it anew, as PUT does. */
  declare(id: string, draft: Partial<DeploymentDraft>): Promise<void>;
  scale(id: string, replicas: number): Promise<void>;
  rollBack(id: string): Promise<void>;
  restart(id: string): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Runs a job now. */
  startRun(id: string): Promise<void>;
  /** Ends a run of a job. */
  cancelRun(id: string, number: number): Promise<void>;
  /** Nothing begins by the schedule of a job any more. */
  suspend(id: string): Promise<void>;
  /** Gives the config of this id (or `<name>.<namespace>`) this text; who mounts it rolls out. */
  putConfig(id: string, data: string): Promise<void>;
  /** Gives the secret of this id (or `<name>.<namespace>`) this value; who uses it rolls out. */
  putSecret(id: string, value: string): Promise<void>;
  /** Deletes a namespace with all that is in it. */
  deleteNamespace(name: string): Promise<void>;
}

const caller: Caller = aCaller('admin');

/** Users of a world, and what they read. */
export function makeUsers(ports: CommandPorts, { deployments }: Pick<Stores, 'deployments'>): Users {
  const acknowledged = new Map<string, Acknowledged>();
  const acknowledge = (told: Deployment): Deployment => {
    const { id, image, replicas, revision } = told;
    acknowledged.set(id, { image, replicas, revision });
    return told;
  };
  /** A changed input was acknowledged together with the revisions that it made. */
  const acknowledgeRevisions = async () => {
    for (const [id, last] of acknowledged) {
      const record = await deployments.find(id);
      if (record) acknowledged.set(id, { ...last, revision: Math.max(last.revision, record.revision) });
    }
  };
  return {
    acknowledged,
    create: async (draft) =>
      acknowledge(await createDeployment({ name: 'web', image: 'app:1', ...draft }, caller, ports)),
    async declare(id, draft) {
      const declaration = { image: 'app:1', ...draft };
      acknowledge((await declareDeployment({ id, declaration }, caller, ports)).deployment);
    },
    async scale(id, replicas) {
      acknowledge(await patchDeployment({ id, patch: { replicas } }, caller, ports));
    },
    async rollBack(id) {
      acknowledge(await rollBack({ id }, caller, ports));
    },
    async restart(id) {
      acknowledge(await restartDeployment(id, caller, ports));
    },
    async pause(id) {
      acknowledge(await pauseRollout(id, caller, ports));
    },
    async resume(id) {
      acknowledge(await resumeRollout(id, caller, ports));
    },
    async remove(id) {
      await removeDeployment(id, caller, ports);
      acknowledged.delete(id);
    },
    async startRun(id) {
      await startRun({ id, draft: {} }, caller, ports);
    },
    async cancelRun(id, number) {
      await cancelRun({ id, number }, caller, ports);
    },
    async suspend(id) {
      acknowledge(await patchDeployment({ id, patch: { suspend: true } }, caller, ports));
    },
    async putConfig(id, data) {
      await declareConfig({ id, declaration: { data } }, caller, ports);
      await acknowledgeRevisions();
    },
    async putSecret(id, value) {
      await declareSecret({ id, declaration: { value } }, caller, ports);
      await acknowledgeRevisions();
    },
    async deleteNamespace(name) {
      await deleteNamespace({ name, cascade: true }, caller, ports);
      for (const { record } of await deployments.declared(name)) acknowledged.delete(record.id);
    },
  };
}
