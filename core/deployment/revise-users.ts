/**
 * What a changed secret or config means for the deployments that use it: another revision, rolled out like any other,
 * unless they asked for none. A job is not run again: its next run reads the newest value anyway.
 */
import type { Caller } from '../access/user.ts';
import type { Stores } from '../ports.ts';
import { currentRevision } from './change.ts';
import type { DeploymentRecord, RevisionInput } from './record.ts';
import type { RevisionPorts } from './revision.ts';
import type { DeploymentSpec } from './spec.ts';

/** A secret or config in its new version. */
export interface ChangedInput extends RevisionInput {
  readonly namespace: string;
}

/**
 * Inside the transaction that changed it, afterwards: gives each deployment that uses it, and says `rollout`, a new
 * revision of the same spec with this version. Returns the uids to wake the reconciler for once it is written.
 */
export async function reviseUsers(
  input: ChangedInput,
  context: {
    readonly stores: Stores;
    readonly ports: Pick<RevisionPorts, 'clock' | 'ids'>;
    readonly caller: Pick<Caller, 'username'>;
  },
): Promise<readonly string[]> {
  const users = await context.stores.deployments.usersOf(input.kind, input.namespace, input.name);
  const revised: string[] = [];
  for (const user of users) {
    if (await revise(user, input, context)) revised.push(user.uid);
  }
  return revised;
}

async function revise(
  record: DeploymentRecord,
  { kind, name, version }: ChangedInput,
  { stores, ports, caller }: Parameters<typeof reviseUsers>[1],
): Promise<boolean> {
  const current = await currentRevision(record, stores);
  const uses = current.inputs.some(
    // One that was declared in the same transaction has this version already.
    (one) => one.kind === kind && one.name === name && one.version !== version,
  );
  if (!uses || onChangeOf(current.spec, kind) === 'none') return false;
  const { uid } = record;
  const at = new Date(ports.clock.now()).toISOString();
  const number = record.revision + 1;
  await stores.deployments.addRevision({
    ...current,
    number,
    specHash: ports.ids.hash(`${current.specHash}#${number} ${kind}/${name}@${version}`),
    pin: current.spec.pullPolicy === 'Always' ? null : current.pin,
    inputs: current.inputs.map((one) => (one.kind === kind && one.name === name ? { ...one, version } : one)),
    createdAt: at,
    cause: { kind: 'input', input: `${kind}/${name}@${version}` },
    author: caller.username,
  });
  const revised = { ...record, revision: number, generation: record.generation + 1, updatedAt: at };
  await stores.deployments.update(revised, record.generation);
  const { reason, title } = told[kind];
  const message = `${title} ${name} changed to version ${version}: revision ${number}`;
  await stores.events.add([{ uid, at, level: 'info', component: 'api', reason, message }]);
  return true;
}

const told = {
  secret: { reason: 'SecretChanged', title: 'Secret' },
  config: { reason: 'ConfigChanged', title: 'Config' },
} as const;

const onChangeOf = (
  { onSecretChange, onConfigChange }: DeploymentSpec,
  kind: RevisionInput['kind'],
): OnChange => (kind === 'secret' ? onSecretChange : onConfigChange);

type OnChange = DeploymentSpec['onSecretChange'];
