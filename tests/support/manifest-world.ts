/** Applies and plans manifests in a simulated world or on any store; wakes are recorded. */
import type { Caller, Role } from '../../core/access/user.ts';
import { parseSelector } from '../../core/deployment/selector.ts';
import { applyManifests, type ManifestPorts, planManifests } from '../../core/manifest/apply.ts';
import type { Change, ChangeSet } from '../../core/manifest/change.ts';
import type { Manifests } from '../../core/manifest/manifest.ts';
import { planDeployment } from '../../core/manifest/plan-deployment.ts';
import { makeForesee } from '../../core/reconcile/foresee.ts';
import type { Runtime } from '../../core/runtime.ts';
import { aCaller } from './builders.ts';
import { type CommandWorld, makeCommandWorld } from './command-ports.ts';
import type { FakeStore } from './fake-store.ts';
import { silentLog } from './silent-log.ts';
import { makeWorld, type World } from './simulation.ts';

/** What a test does with manifests. */
export interface Manifesto {
  readonly ports: ManifestPorts;
  readonly woken: CommandWorld['woken'];
  apply(manifests: Manifests, how?: How): Promise<ChangeSet>;
  plan(manifests: Manifests, how?: How): Promise<ChangeSet>;
  planOne(id: string, declaration?: Parameters<typeof planDeployment>[0]['declaration']): Promise<ChangeSet>;
}

/** Who applies, and the selector of what goes. */
export interface How {
  readonly prune?: string;
  readonly role?: Role;
}

/** On a store and an engine. */
export function makeManifesto({
  store,
  runtime,
  clock,
}: {
  readonly store: Pick<FakeStore, 'write' | 'reconciler'>;
  readonly runtime: Pick<Runtime, 'observe' | 'capacity'>;
  readonly clock: World['clock'];
}): Manifesto {
  const commands = makeCommandWorld();
  let made = 0;
  const ids = { ...commands.ids, unique: () => `manifest-${++made}` };
  const foresee = makeForesee({
    lateMs: 600_000,
    ...{ store: store.reconciler, runtime, clock, cron: commands.cron, health: () => new Map() },
    log: silentLog,
  });
  const ports: ManifestPorts = { ...commands, ids, clock, write: store.write, foresee };
  const caller = ({ role = 'editor' }: How): Caller => aCaller(role);
  const application = (manifests: Manifests, { prune }: How) => ({
    manifests,
    prune: prune === undefined ? null : parseSelector(prune),
  });
  return {
    ports,
    woken: commands.woken,
    apply: (manifests, how = {}) => applyManifests(application(manifests, how), caller(how), ports),
    plan: (manifests, how = {}) => planManifests(application(manifests, how), caller(how), ports),
    planOne: (id, declaration) => planDeployment({ id, declaration }, caller({}), ports),
  };
}

/** A simulated world, and manifests in it. */
export async function makeManifestWorld(): Promise<World & Manifesto> {
  const world = await makeWorld();
  const { store, clock, engine } = world;
  return { ...world, ...makeManifesto({ store, runtime: engine, clock }) };
}

/** Each change in short: `create deployment web`. */
export const inShort = ({ changes }: ChangeSet): readonly string[] =>
  changes.map(({ change, kind, id }) => `${change} ${kind} ${id}`);

/** The change of one thing; throws where it is not told of. */
export function changeOf({ changes }: ChangeSet, kind: Change['kind'], id: string): Change {
  const found = changes.find((one) => one.kind === kind && one.id === id);
  if (found) return found;
  throw new Error(`Nothing is said of the ${kind} ${id}`);
}
