/** A port of the host is published once: not beside another deployment, and not where somebody else holds it. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { rollBack } from '../../../../core/deployment/commands/rollback.ts';
import { type Listener, makeHostPorts } from '../../../../core/deployment/host-ports.ts';
import type { PublishedPort } from '../../../../core/runtime.ts';
import { RuntimeError } from '../../../../core/runtime-error.ts';
import { aCaller, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';

const admin = aCaller('admin');
const draft = (name: string, ...ports: readonly string[]) => aDraft({ name, ports: [...ports] });

const refusal = (message: string, pointer = '/ports/0') => ({
  code: 'PORT_IN_USE',
  message: `${message}: publish another port, or free that one first`,
  violations: [{ pointer, message }],
});

describe('a port that another deployment publishes', () => {
  const byWeb = 'host port 127.0.0.1:8080/tcp is published by deployment web';

  it('is refused, in whichever namespace, naming who publishes it', async () => {
    const world = makeCommandWorld();
    await createDeployment(draft('web', '8080:80'), admin, world);
    const other = { ...draft('other', '9090:80', '8080:81'), namespace: 'far' };
    await expect(createDeployment(other, admin, world)).rejects.toMatchObject(refusal(byWeb, '/ports/1'));
    const declaration = { image: 'nginx', ports: ['8080:80'] };
    await expect(declareDeployment({ id: 'other', declaration }, admin, world)).rejects.toMatchObject(
      refusal(byWeb),
    );
    await createDeployment(draft('other'), admin, world);
    await expect(
      patchDeployment({ id: 'other', patch: { ports: ['8080:80'] } }, admin, world),
    ).rejects.toMatchObject(refusal(byWeb));
  });

  it.each([
    ['another protocol', '8080:80/udp'],
    ['another address', '127.0.0.2:8080:80'],
    ['the other family', '[::]:8080:80'],
    ['another number', '8081:80'],
  ])('is none with %s', async (_what, port) => {
    const world = makeCommandWorld();
    await createDeployment(draft('web', '8080:80'), admin, world);
    await createDeployment(draft('other', port), admin, world);
  });

  it('is free once that one is deleted, or publishes it no more', async () => {
    const world = makeCommandWorld();
    await createDeployment(draft('web', '8080:80', '8081:80'), admin, world);
    await patchDeployment({ id: 'web', patch: { ports: ['8081:80'] } }, admin, world);
    await createDeployment(draft('one', '8080:80'), admin, world);
    await removeDeployment('web', admin, world);
    await createDeployment(draft('two', '8081:80'), admin, world);
  });

  it('cannot be had back by a rollback', async () => {
    const world = makeCommandWorld();
    await createDeployment(draft('web', '8080:80'), admin, world);
    await patchDeployment({ id: 'web', patch: { ports: ['8081:80'] } }, admin, world);
    await createDeployment(draft('other', '8080:80'), admin, world);
    await expect(rollBack({ id: 'web', revision: 1 }, admin, world)).rejects.toMatchObject(
      refusal('host port 127.0.0.1:8080/tcp is published by deployment other', '/revision'),
    );
  });
});

const heldBy = (published: readonly PublishedPort[], listeners: readonly Listener[] | null) =>
  makeHostPorts({
    runtime: { published: async () => published },
    listeners: { on: async () => listeners },
    clock: { sleep: () => new Promise(() => undefined) },
  });

const at = (port: number, hostIp = '127.0.0.1') => ({ hostIp, published: port, protocol: 'tcp' as const });
const nginx: Listener = { ...at(8080, '0.0.0.0'), program: 'nginx' };

function worldWhere(published: readonly PublishedPort[], listeners: readonly Listener[] | null) {
  const world = makeCommandWorld();
  const busy: CommandWorld = {
    ...world,
    policy: { ...world.policy, hostPorts: heldBy(published, listeners) },
  };
  return { world, busy };
}

describe('a port that somebody else holds', () => {
  it.each<[string, readonly PublishedPort[], Listener]>([
    ['the program nginx', [], nginx],
    ['another program', [], { ...nginx, program: null }],
    ['the container theirs', [{ ...at(8080), containerName: 'theirs', isOwn: false }], nginx],
  ])('is refused, naming %s', async (holder, ...[published, listener]) => {
    const { busy } = worldWhere(published, [listener]);
    await expect(createDeployment(draft('web', '8080:80'), admin, busy)).rejects.toMatchObject(
      refusal(`host port 127.0.0.1:8080/tcp is held by ${holder}`),
    );
  });

  it('is one that the engine holds for a container of its own, though nobody is heard', async () => {
    const published = [{ ...at(8080), containerName: 'theirs', isOwn: false }];
    const { busy } = worldWhere(published, null);
    await expect(createDeployment(draft('web', '8080:80'), admin, busy)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
  });

  it('is not one that a container of Ring holds', async () => {
    const { busy } = worldWhere([{ ...at(8080, '0.0.0.0'), containerName: 'ours', isOwn: true }], [nginx]);
    await createDeployment(draft('web', '8080:80'), admin, busy);
  });

  it('is looked for when it is new, when a deployment is scaled up from nothing, and on a rollback', async () => {
    const { world, busy } = worldWhere([], [nginx]);
    const message = 'host port 127.0.0.1:8080/tcp is held by the program nginx';
    await createDeployment({ ...draft('web', '8080:80'), replicas: 0 }, admin, busy);
    await expect(patchDeployment({ id: 'web', patch: { replicas: 1 } }, admin, busy)).rejects.toMatchObject(
      refusal(message),
    );
    await patchDeployment({ id: 'web', patch: { replicas: 1 } }, admin, world);
    await patchDeployment({ id: 'web', patch: { image: 'nginx:2' } }, admin, busy);
    await patchDeployment({ id: 'web', patch: { ports: [] } }, admin, busy);
    await expect(rollBack({ id: 'web', revision: 1 }, admin, busy)).rejects.toMatchObject(
      refusal(message, '/revision'),
    );
  });
});

describe('what cannot be seen', () => {
  it('is refused to nobody: an engine that does not answer, or not in time', async () => {
    const listeners = { on: async () => [nginx] };
    const sleepless = { sleep: () => new Promise<void>(() => undefined) };
    const refused = makeHostPorts({
      runtime: { published: () => Promise.reject(new RuntimeError('unavailable', 'down')) },
      listeners,
      clock: sleepless,
    });
    const silent = makeHostPorts({
      runtime: { published: () => new Promise(() => undefined) },
      listeners,
      clock: { sleep: async () => undefined },
    });
    expect([await refused.taken([at(8080)]), await silent.taken([at(8080)])]).toEqual([[], []]);
  });
});
