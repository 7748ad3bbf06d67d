/**
 * Applies everything declared together, inside one transaction: namespaces first, then configs and secrets, deletions,
 * deployments, and finally new revisions for the users of what changed. All or nothing: any refusal cancels everything.
 */
import { checkUsersKeys } from '../config/keys.ts';
import { changeDeployment } from '../deployment/commands/change.ts';
import { type Author, type CommandPorts, insertDeployment } from '../deployment/commands/create.ts';
import type { HeldPorts } from '../deployment/commands/held-ports.ts';
import { markDeleted } from '../deployment/commands/remove.ts';
import { reviseUsers } from '../deployment/commands/revise-users.ts';
import { isSelected, type Selector } from '../deployment/selector.ts';
import type { Stores } from '../ports.ts';
import { asInTheEnd } from './beside.ts';
import type { Change } from './change.ts';
import type { DeploymentEntry, Entries } from './entries.ts';
import { type StoredInput, storeConfig, storeSecret } from './inputs.ts';
import { namespaceChanges, readNamespaces } from './namespaces.ts';
import { makeRefusals, type Refusals } from './refusals.ts';
import { type DeploymentChange, describeChange, newInputs, snapshotOf, type Touched } from './touched.ts';

/** What to apply. */
export interface Order {
  readonly entries: Entries;
  /** Selects what to delete when it is not declared, in the named namespaces; null for nothing. */
  readonly prune: Selector | null;
}

/** The result of applying. */
export interface CarriedOut {
  readonly namespaces: readonly Change[];
  readonly inputs: readonly Change[];
  readonly deployments: readonly DeploymentChange[];
}

/** The caller and the stores that applying needs. */
export interface Carrying {
  readonly caller: Author;
  readonly ports: Omit<CommandPorts, 'write' | 'wake' | 'cron'>;
  /** The host ports that others hold. */
  readonly held: HeldPorts;
}

/** Applies it. Rejects with every refusal at once: see refusals.ts. */
export async function carryOut(order: Order, stores: Stores, carrying: Carrying): Promise<CarriedOut> {
  const { entries } = order;
  const refusals = makeRefusals();
  const at = new Date(carrying.ports.clock.now()).toISOString();
  const before = await readNamespaces(entries, stores, { at, refusals });
  const inputs: StoredInput[] = [];
  for (const entry of entries.configs) inputs.push(await storeConfig(entry, at, stores.configs));
  for (const entry of entries.secrets) inputs.push(await storeSecret(entry, stores.secrets, carrying.ports));
  const gone = order.prune === null ? [] : await prune(entries, order.prune, { stores, carrying, at });
  const declared = await declare(entries.deployments, { stores, carrying, refusals });
  const revised = await follow(inputs, { stores, carrying, refusals });
  refusals.settle();
  const touched = [...declared, ...revised.filter(isNotAmong(declared)), ...gone];
  const deployments: DeploymentChange[] = [];
  for (const one of touched) {
    const change = await describeChange(one, stores, carrying.ports.vault);
    if (change) deployments.push(change);
  }
  return {
    namespaces: await namespaceChanges(before, stores.namespaces),
    inputs: inputs.map((input) => withRollouts(input, deployments)),
    deployments,
  };
}

interface Within {
  readonly stores: Stores;
  readonly carrying: Carrying;
}

const isNotAmong =
  (others: readonly Touched[]) =>
  ({ record }: Touched): boolean =>
    !others.some((other) => other.record.uid === record.uid);

async function declare(
  entries: readonly DeploymentEntry[],
  { stores: asTheyAre, carrying, refusals }: Within & { readonly refusals: Refusals },
): Promise<readonly Touched[]> {
  const declarations = entries.map(({ declaration }) => declaration);
  const stores = asInTheEnd(asTheyAre, declarations);
  const { caller, ports, held } = carrying;
  const touched: Touched[] = [];
  for (const { pointer, declaration } of entries) {
    await refusals.attempt(pointer, async () => {
      const { namespace, name, environmentName } = declaration;
      const existing = await stores.deployments.findByName(namespace, name);
      const before = existing && (await snapshotOf(existing, stores));
      const record =
        existing && existing.deletedAt === null
          ? await changeDeployment(existing, declaration, { stores, ports, held, caller })
          : await insertDeployment(declaration, caller, { stores, ports, held });
      const named = environmentName === undefined ? {} : { environmentName };
      touched.push({ before, record, reason: null, ...named });
    });
  }
  return touched;
}

/** Deletes the selected deployments that are not declared, in the named namespaces. */
async function prune(
  { deployments, within }: Entries,
  selector: Selector,
  { stores, carrying, at }: Within & { readonly at: string },
): Promise<readonly Touched[]> {
  const kept = new Set(deployments.map(({ namespace, name }) => `${namespace}/${name}`));
  const touched: Touched[] = [];
  for (const { record, spec } of await stores.deployments.declared()) {
    const { namespace, name, deletedAt } = record;
    const isMeant = within.has(namespace) && !kept.has(`${namespace}/${name}`) && deletedAt === null;
    if (!isMeant || !isSelected(spec.labels, selector)) continue;
    const before = await snapshotOf(record, stores);
    const deleted = await markDeleted(record, { caller: carrying.caller, at }, stores);
    touched.push({ before, record: deleted, reason: 'it is selected by prune and not declared' });
  }
  return touched;
}

/** Gives the users of a changed config or secret a new revision, except those that already have one. */
async function follow(
  inputs: readonly StoredInput[],
  { stores, carrying, refusals }: Within & { readonly refusals: Refusals },
): Promise<readonly Touched[]> {
  const { caller, ports } = carrying;
  const touched = new Map<string, Touched>();
  for (const { pointer, changed, data } of inputs) {
    if (changed === null) continue;
    if (data !== null)
      await refusals.attempt(pointer, () => checkUsersKeys({ ...changed, data }, stores.deployments));
    for (const record of await stores.deployments.usersOf(changed.kind, changed.namespace, changed.name)) {
      if (touched.has(record.uid)) continue;
      const before = await snapshotOf(record, stores);
      touched.set(record.uid, { before, record, reason: null });
    }
  }
  const changes = inputs.flatMap(({ changed }) => changed ?? []);
  await reviseUsers(changes, { stores, ports, caller });
  const moved: Touched[] = [];
  for (const one of touched.values()) {
    const now = await stores.deployments.find(one.record.id);
    if (now && now.generation !== one.record.generation) moved.push(one);
  }
  return moved;
}

/** Adds to a change which deployments roll out a config or secret in its new version. */
function withRollouts({ change, changed }: StoredInput, deployments: readonly DeploymentChange[]): Change {
  if (changed === null) return change;
  const takers = deployments.filter(
    ({ before, desired }) =>
      desired.record.namespace === changed.namespace &&
      newInputs(before, desired.revision).some(
        ({ kind, name }) => kind === changed.kind && name === changed.name,
      ),
  );
  return { ...change, rolls_out: takers.map(({ change: { id } }) => id) };
}
