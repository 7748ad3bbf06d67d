/** An engine whose socket misbehaves: answers get lost, come late, lie or never come, and events stay away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Decide, type EngineProxy, type Fate, openEngineProxy } from '../support/engine-proxy.ts';
import { running, runningIds, shapeOf } from '../support/inspect.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let engine: OwnEngine;
let proxy: EngineProxy;
let ring: RingProcess;
let folder = '';
const images: string[] = [];

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  folder = await mkdtemp(join(tmpdir(), 'ring-socket-'));
  engine = await openOwnEngine();
  for (const version of ['1', '2']) images.push(await engine.ensureTestImage(version));
  proxy = await openEngineProxy(join(folder, 'proxy.sock'), engine.socketPath);
  ring = await openRingProcess({ socketPath: proxy.socketPath, env: { RING_INTERVAL: '2s' } });
});

afterAll(async () => {
  try {
    proxy?.follow(() => null);
    await ring?.close();
  } finally {
    await proxy?.close();
    await engine?.close();
    if (folder !== '') await rm(folder, { recursive: true });
  }
});

beforeEach(() => proxy?.follow(() => null));

const terms = { stop_grace: '2s', update: { min_healthy_time: '100ms', drain_delay: '100ms' } };

const isRunning = (replicas: number) => (shape: readonly string[]) =>
  shape.join() === running(replicas).join();

/** It has just these replicas and says so; the ids of their containers. */
const untilRuns = async (id: string, replicas: number): Promise<string[]> => {
  await until(async () => shapeOf(await ring.containers(id)), isRunning(replicas), {
    what: `${replicas} of ${id}`,
    withinMs: 90_000,
  });
  const { instances } = await ring.until(
    id,
    (seen) =>
      seen.status === 'running' && seen.ready_replicas === replicas && seen.instances.length === replicas,
    { withinMs: 90_000 },
  );
  expect(runningIds(await ring.containers(id))).toEqual([...instances].sort());
  return [...instances];
};

/** Something befalls the first call of each kind that changes something. */
const firstOfEachKind = (fate: Fate): Decide => {
  const seen = new Set<string>();
  return ({ change, method, path }) => {
    const kind = `${method} ${path.replace(/[0-9a-f]{12,}/, '*')}`;
    if (change === null || seen.has(kind)) return null;
    seen.add(kind);
    return fate;
  };
};

describe.runIf(isLinuxRoot())('an engine behind a socket that misbehaves', () => {
  test.each<[string, Fate]>([
    ['is told to have failed', { moment: 'after', act: 'fail' }],
    ['loses its answer', { moment: 'after', act: 'cut' }],
    ['is lost before it arrives', { moment: 'before', act: 'cut' }],
    ['fails', { moment: 'before', act: 'fail' }],
  ])('the first call of each kind %s, and nothing is doubled or left behind', async (what, fate) => {
    const name = what.replaceAll(' ', '-');
    const declaration = { image: images[0] ?? '', replicas: 2, namespace: name, ...terms };
    proxy.follow(firstOfEachKind(fate));
    await ring.declare(name, declaration);
    await untilRuns(name, 2);
    await ring.declare(name, { ...declaration, image: images[1] ?? '' });
    await ring.until(name, ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2, {
      withinMs: 90_000,
    });
    await untilRuns(name, 2);
    await ring.call('DELETE', `/deployments/${name}`);
    await ring.untilGone(name);
    expect(await ring.containers()).toEqual([]);
    await until(ring.networks, (networks) => networks.length === 0);
  });

  test('calls that take their time make work slower and nothing else', async () => {
    proxy.follow(() => ({ moment: 'after', act: 'pass', delayMs: 300 }));
    await ring.declare('slow', { image: images[0] ?? '', replicas: 3, ...terms });
    await untilRuns('slow', 3);
    await ring.call('PATCH', '/deployments/slow', { body: { replicas: 1 } });
    await untilRuns('slow', 1);
  });

  test.each(['end', 'break', 'mute'] as const)('event streams that %s hide nothing for long', async (how) => {
    await ring.declare('watched', { image: images[0] ?? '', replicas: 2, ...terms });
    const [victim = ''] = await untilRuns('watched', 2);
    proxy.dropEvents(how);
    await ring.docker.getContainer(victim).remove({ force: true });
    await until(
      async () => runningIds(await ring.containers('watched')),
      (ids) => ids.length === 2 && !ids.includes(victim),
    );
    await untilRuns('watched', 2);
  });

  test('calls that hang hold up nobody else, and are looked into when their time is up', async () => {
    const hung: string[] = [];
    proxy.follow(({ method, path }) => {
      const isOne = /create$/.test(path) ? hung.length === 0 : /start$/.test(path) && hung.length === 1;
      if (method !== 'POST' || !isOne || path.startsWith('/networks')) return null;
      hung.push(path);
      return { moment: 'after', act: 'hang' };
    });
    await ring.declare('stuck', { image: images[0] ?? '', ...terms });
    await until(
      () => hung,
      ({ length }) => length === 1,
    );
    await ring.declare('stuck-too', { image: images[0] ?? '', ...terms });
    await until(
      () => hung,
      ({ length }) => length === 2,
    );
    await ring.declare('free', { image: images[0] ?? '', replicas: 2, ...terms });
    await untilRuns('free', 2);
    expect((await ring.read('stuck')).status).toBe('creating');
    await untilRuns('stuck', 1);
    await untilRuns('stuck-too', 1);
  });
});
