/**
 * The commands that apply manifests and plan their application. Planning does the same work and rolls it back, so that
 * a plan always matches what applying would do.
 */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from '../deployment/commands/create.ts';
import { withHeldPorts } from '../deployment/commands/held-ports.ts';
import type { Selector } from '../deployment/selector.ts';
import type { Foresee } from '../reconcile/foresee.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { type Change, type ChangeSet, summarize } from './change.ts';
import { type Entries, readEntries } from './entries.ts';
import type { Manifests } from './manifest.ts';
import { rehearse } from './rehearse.ts';

/** The ports that applying and planning need. */
export interface ManifestPorts extends CommandPorts {
  readonly foresee: Foresee;
}

/** The manifests to apply. */
export interface Application {
  readonly manifests: Manifests;
  /**
   * Selects the deployments to delete when they are not declared, in the namespaces that the manifests name; null for
   * none.
   */
  readonly prune: Selector | null;
}

/**
 * Applies the manifests, all or nothing, and wakes the reconciler for each change. INVALID_REQUEST, POLICY_VIOLATION,
 * PORT_IN_USE or DEPLOYMENT_BEING_DELETED with every violation of every entry.
 */
export async function applyManifests(
  { manifests, prune }: Application,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const entries = await readEntries(manifests, caller, ports);
  const done = await withHeldPorts(lookupOf(entries, ports), (held) =>
    ports.write((stores) => carryOut({ entries, prune }, stores, { caller, ports, held })),
  );
  for (const { change, desired } of done.deployments) {
    if (change.change !== 'none') ports.wake(desired.record.uid);
  }
  return describeChanges(done, ports.foresee);
}

/** Returns what applying them would change, with the errors of applying; changes nothing. */
export async function planManifests(
  { manifests, prune }: Application,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const entries = await readEntries(manifests, caller, ports);
  const done = await withHeldPorts(lookupOf(entries, ports), (held) =>
    rehearse(ports.write, (stores) => carryOut({ entries, prune }, stores, { caller, ports, held })),
  );
  return describeChanges(done, ports.foresee);
}

/** Looks up the host ports of all declared deployments at once, because each lookup may take a second. */
const lookupOf = ({ deployments }: Entries, { policy }: Pick<ManifestPorts, 'policy'>) => ({
  hostPorts: policy.hostPorts,
  together: deployments.flatMap(({ declaration }) => declaration.spec.ports),
});

/** Returns the API's form of the changes, with the reconciler's first steps. */
export async function describeChanges(
  { namespaces, inputs, deployments }: CarriedOut,
  foresee: Foresee,
): Promise<ChangeSet> {
  const { byUid, unseen } = await foresee(deployments.map(({ desired }) => desired));
  const foreseen = deployments.map(({ change, desired }): Change => {
    const found = byUid?.get(desired.record.uid);
    return found ? { ...change, waits_for: found.waitsFor, actions: [...found.steps] } : change;
  });
  const changes = [...namespaces, ...inputs, ...foreseen];
  return { changes, summary: summarize(changes), unseen };
}
