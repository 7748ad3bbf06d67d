/** Nothing of the database waits while the host's ports are looked up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import { rollBack } from '../../../core/deployment/commands/rollback.ts';
import type { TakenPort } from '../../../core/deployment/host-ports.ts';
import type { HostPort } from '../../../core/deployment/spec/port.ts';
import { applyManifests, planManifests } from '../../../core/manifest/apply.ts';
import { planDeployment } from '../../../core/manifest/plan-deployment.ts';
import type { Foresee } from '../../../core/reconcile/foresee.ts';
import { aCaller, aDraft } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';

const admin = aCaller('admin');
const image = 'nginx:1.21';

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-held-'));
  store = await openStore({ filename: join(directory, 'ring.db') });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

/** The commands' ports on the real store; whoever looks up ports waits from `hang` on until `answer`. */
function makeHangingWorld() {
  let answer: (taken: readonly TakenPort[]) => void = () => undefined;
  let asked: (ports: readonly HostPort[]) => void = () => undefined;
  let isHanging = false;
  const whenAsked = new Promise<readonly HostPort[]>((resolve) => {
    asked = resolve;
  });
  const hostPorts = {
    taken(ports: readonly HostPort[]) {
      if (!isHanging) return Promise.resolve([]);
      asked(ports);
      return new Promise<readonly TakenPort[]>((resolve) => {
        answer = resolve;
      });
    },
  };
  const world = makeCommandWorld();
  const foresee: Foresee = async () => ({ byUid: null, unseen: 'there is no engine' });
  return {
    ports: { ...world, write: store.write, policy: { ...world.policy, hostPorts }, foresee },
    whenAsked,
    hang: () => {
      isHanging = true;
    },
    answer: (taken: readonly TakenPort[]) => answer(taken),
  };
}

type Ports = ReturnType<typeof makeHangingWorld>['ports'];

const manifests = { deployments: { web: { image, ports: ['8080:80'] } } };

const writes: readonly [string, (ports: Ports) => Promise<unknown>][] = [
  ['POST', (ports) => createDeployment(aDraft({ name: 'new', ports: ['8080:80'] }), admin, ports)],
  [
    'PUT',
    (ports) => declareDeployment({ id: 'web', declaration: { image, ports: ['8080:80'] } }, admin, ports),
  ],
  ['PATCH', (ports) => patchDeployment({ id: 'web', patch: { ports: ['8080:80'] } }, admin, ports)],
  ['rollback', (ports) => rollBack({ id: 'web', revision: 1 }, admin, ports)],
  ['apply', (ports) => applyManifests({ manifests, prune: null }, admin, ports)],
  ['plan', (ports) => planManifests({ manifests, prune: null }, admin, ports)],
  [
    'plan of one',
    (ports) => planDeployment({ id: 'web', declaration: { image, ports: ['8080:80'] } }, admin, ports),
  ],
];

describe.each(writes)('while %s waits to hear who holds a port', (_what, write) => {
  it('reads and other writes are answered, and then it is refused for the one who holds it', async () => {
    const { ports, whenAsked, hang, answer } = makeHangingWorld();
    await createDeployment(aDraft({ name: 'web', ports: ['8080:80'] }), admin, ports);
    await patchDeployment({ id: 'web', patch: { ports: [] } }, admin, ports);
    hang();
    const writing = write(ports);
    const asked = await Promise.race([whenAsked, writing]);
    expect(asked).toMatchObject([{ published: 8080 }]);
    await createDeployment(aDraft({ name: 'other' }), admin, ports);
    const listed = await store.stores.deployments.declared();
    expect(listed.map(({ record }) => record.id).sort()).toEqual(['other', 'web']);
    answer([{ hostIp: '127.0.0.1', published: 8080, protocol: 'tcp', by: 'a stranger' }]);
    await expect(writing).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});

it('nobody is asked where nothing changes', async () => {
  const { ports, hang } = makeHangingWorld();
  await createDeployment(aDraft({ name: 'web', image, ports: ['8080:80'] }), admin, ports);
  hang();
  const declaration = { image, ports: ['8080:80'] };
  await expect(declareDeployment({ id: 'web', declaration }, admin, ports)).resolves.toMatchObject({
    created: false,
  });
  await expect(applyManifests({ manifests, prune: null }, admin, ports)).resolves.toMatchObject({
    summary: { none: 1 },
  });
});
