/**
 * Revises the deployments that use a changed secret or config: they get another revision, rolled out like any other,
 * unless they declare `none`. A job is not run again; its next run reads the newest value.
 */
import type { Caller } from '../../access/user.ts';
import type { Stores } from '../../ports.ts';
import type { DeploymentRecord, RevisionInput, RevisionRecord } from '../record.ts';
import type { RevisionPorts } from '../revision.ts';
import type { DeploymentSpec } from '../spec/spec.ts';
import { currentRevision } from './change.ts';

/** A secret or config in its new version. */
export interface ChangedInput extends RevisionInput {
  readonly namespace: string;
}

/**
 * Inside the transaction that changed the inputs, after the change: gives each deployment that uses one of them and
 * declares `rollout` one new revision of the same spec with these versions. Returns the uids to wake the reconciler for
 * after the commit.
 */
export async function reviseUsers(
  inputs: readonly ChangedInput[],
  context: {
    readonly stores: Stores;
    readonly ports: Pick<RevisionPorts, 'clock' | 'ids'>;
    readonly caller: Pick<Caller, 'username'>;
  },
): Promise<readonly string[]> {
  const users = new Map<string, { readonly record: DeploymentRecord; readonly used: ChangedInput[] }>();
  for (const input of inputs) {
    for (const record of await context.stores.deployments.usersOf(input.kind, input.namespace, input.name)) {
      const user = users.get(record.uid) ?? { record, used: [] };
      user.used.push(input);
      users.set(record.uid, user);
    }
  }
  const revised: string[] = [];
  for (const [uid, { record, used }] of users) {
    if (await revise(record, used, context)) revised.push(uid);
  }
  return revised;
}

async function revise(
  record: DeploymentRecord,
  used: readonly ChangedInput[],
  { stores, ports, caller }: Parameters<typeof reviseUsers>[1],
): Promise<boolean> {
  const current = await currentRevision(record, stores);
  const changed = used.filter(
    (input) => takesAnother(current, input) && onChangeOf(current.spec, input.kind) === 'rollout',
  );
  if (changed.length === 0) return false;
  const { uid } = record;
  const at = new Date(ports.clock.now()).toISOString();
  const number = record.revision + 1;
  const text = changed.map(({ kind, name, version }) => `${kind}/${name}@${version}`).join(', ');
  await stores.deployments.addRevision({
    ...current,
    number,
    specHash: ports.ids.hash(`${current.specHash}#${number} ${text}`),
    pin: current.spec.pullPolicy === 'Always' ? null : current.pin,
    inputs: current.inputs.map((one) => ({
      ...one,
      version: changed.find((input) => isSame(input, one))?.version ?? one.version,
    })),
    createdAt: at,
    cause: { kind: 'input', input: text },
    author: caller.username,
  });
  const revised = { ...record, revision: number, generation: record.generation + 1, updatedAt: at };
  await stores.deployments.update(revised, record.generation);
  await stores.events.add(
    changed.map(({ kind, name, version }) => {
      const { reason, title } = eventTexts[kind];
      const message = `${title} ${name} changed to version ${version}: revision ${number}`;
      return { uid, at, level: 'info', component: 'api', reason, message };
    }),
  );
  return true;
}

/** A revision declared in the same transaction already has this version. */
const takesAnother = ({ inputs }: RevisionRecord, changed: ChangedInput): boolean =>
  inputs.some((one) => isSame(one, changed) && one.version !== changed.version);

const isSame = (one: RevisionInput, other: RevisionInput): boolean =>
  one.kind === other.kind && one.name === other.name;

const eventTexts = {
  secret: { reason: 'SecretChanged', title: 'Secret' },
  config: { reason: 'ConfigChanged', title: 'Config' },
} as const;

const onChangeOf = (
  { onSecretChange, onConfigChange }: DeploymentSpec,
  kind: RevisionInput['kind'],
): OnChange => (kind === 'secret' ? onSecretChange : onConfigChange);

type OnChange = DeploymentSpec['onSecretChange'];
