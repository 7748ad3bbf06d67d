/**
 * The commands behind manifests: to apply them, and to plan what applying them would do. Both do the very same; a plan
 * is then taken back, so that it can never say anything else than what is done.
 */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from '../deployment/create.ts';
import { knowingHeldPorts } from '../deployment/held-ports.ts';
import type { Selector } from '../deployment/selector.ts';
import type { Foresee } from '../reconcile/foresee.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { type Change, type ChangeSet, summarize } from './change.ts';
import { type Entries, readEntries } from './entries.ts';
import type { Manifests } from './manifest.ts';
import { rehearse } from './rehearse.ts';

/** What applying and planning need. */
export interface ManifestPorts extends CommandPorts {
  readonly foresee: Foresee;
}

/** What is to be applied. */
export interface Application {
  readonly manifests: Manifests;
  /** Of the namespaces that the manifests speak of, deployments that are selected and not declared are deleted; null: none. */
  readonly prune: Selector | null;
}

/**
 * Makes what the manifests say so, all of it or nothing, and wakes the reconciler for what changed. INVALID_REQUEST,
 * POLICY_VIOLATION, PORT_IN_USE or DEPLOYMENT_BEING_DELETED with every violation of every entry.
 */
export async function applyManifests(
  { manifests, prune }: Application,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const entries = await readEntries(manifests, caller, ports);
  const done = await knowingHeldPorts(lookupOf(entries, ports), (held) =>
    ports.write((stores) => carryOut({ entries, prune }, stores, { caller, ports, held })),
  );
  for (const { change, desired } of done.deployments) {
    if (change.change !== 'none') ports.wake(desired.record.uid);
  }
  return told(done, ports.foresee);
}

/** What applying them would do, and be refused for; nothing of it is done. */
export async function planManifests(
  { manifests, prune }: Application,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const entries = await readEntries(manifests, caller, ports);
  const done = await knowingHeldPorts(lookupOf(entries, ports), (held) =>
    rehearse(ports.write, (stores) => carryOut({ entries, prune }, stores, { caller, ports, held })),
  );
  return told(done, ports.foresee);
}

/** The host's ports of all that is declared together are looked up in one go: each look may take a second. */
const lookupOf = ({ deployments }: Entries, { policy }: Pick<ManifestPorts, 'policy'>) => ({
  hostPorts: policy.hostPorts,
  together: deployments.flatMap(({ declaration }) => declaration.spec.ports),
});

/** What was carried out, with what the reconciler makes of it first. */
export async function told(
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
