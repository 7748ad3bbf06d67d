/** Engines that restart under a running Ring: with containers that live on meanwhile, again and again, and after a long absence. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { running, runningIds, shapeOf } from '../support/inspect.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const absenceMs = 20_000;
const env = { RING_INTERVAL: '1s' };

interface World {
  readonly engine: OwnEngine;
  readonly ring: RingProcess;
  readonly image: string;
}

/** An engine with a Ring on it, for as long as a group of tests takes. */
const withWorld = (liveRestore: boolean): (() => World) => {
  let world: World | null = null;
  beforeAll(async () => {
    if (!isLinuxRoot()) return;
    const engine = await openOwnEngine({ liveRestore });
    const image = await engine.ensureTestImage();
    world = { engine, image, ring: await openRingProcess({ socketPath: engine.socketPath, env }) };
  });
  afterAll(async () => {
    await world?.ring.close();
    await world?.engine.close();
  });
  return () => {
    if (world === null) throw new Error('The engine did not start');
    return world;
  };
};

const untilRuns = async ({ ring }: World, id: string, replicas: number): Promise<readonly string[]> => {
  const patience = { what: `${replicas} of ${id}`, withinMs: 120_000 };
  await until(
    async () => shapeOf(await ring.containers(id)).join(),
    (shape) => shape === running(replicas).join(),
    patience,
  );
  const isSo = (seen: { status: string; ready_replicas: number }) =>
    seen.status === 'running' && seen.ready_replicas === replicas;
  const { instances } = await ring.until(id, isSo, patience);
  expect(runningIds(await ring.containers(id))).toEqual([...instances].sort());
  return [...instances].sort();
};

const staleProcess = 'The engine still tracks a process of this container that no longer exists';

/** All that was said of a deployment, as one text. */
const complaintsAbout = async ({ ring }: World, id: string): Promise<string> =>
  JSON.stringify((await ring.call('GET', `/deployments/${id}/events?limit=1000`)).body);

const startsOf = ({ engine }: World, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await engine.docker.getContainer(id).inspect()).State.StartedAt));

describe.runIf(isLinuxRoot())('an engine whose containers live on without it', () => {
  const world = withWorld(true);

  test.each(['TERM', 'KILL'] as const)(
    'ended by %s and back, it has the very same processes, and what was declared meanwhile',
    async (how) => {
      const { ring, engine, image } = world();
      await ring.declare('web', { image, replicas: 2 });
      const before = await untilRuns(world(), 'web', 2);
      const starts = await startsOf(world(), before);

      await engine.stop(how);
      await ring.untilStatus('web', 'unknown', { withinMs: 60_000 });
      await ring.declare(`during-${how.toLowerCase()}`, { image });
      await engine.start();

      expect(await untilRuns(world(), 'web', 2)).toEqual(before);
      expect(await startsOf(world(), before)).toEqual(starts);
      await untilRuns(world(), `during-${how.toLowerCase()}`, 1);
    },
  );

  test('what died without it is started again, and what runs is left as it is', async () => {
    const { ring, engine, image } = world();
    await ring.declare('orphaned', { image, replicas: 2 });
    const [victim = '', witness = ''] = await untilRuns(world(), 'orphaned', 2);
    const [, begun] = await startsOf(world(), [victim, witness]);
    const { Pid } = (await engine.docker.getContainer(victim).inspect()).State;
    await engine.stop('TERM');
    process.kill(Pid, 'SIGKILL');
    await engine.start();
    const seen = await untilRuns(world(), 'orphaned', 2);
    expect(seen).toContain(witness);
    // An engine that lost track of the process refuses for ever to start it again: only then is it another container.
    if (!seen.includes(victim)) expect(await complaintsAbout(world(), 'orphaned')).toContain(staleProcess);
    expect((await startsOf(world(), [witness]))[0]).toBe(begun);
  });
});

describe.runIf(isLinuxRoot())('an engine that takes its containers along', () => {
  const world = withWorld(false);
  const names = ['a', 'b', 'c', 'd', 'e'];

  test('a long absence loses nothing: what was declared, changed and deleted meanwhile comes to be', async () => {
    const { ring, engine, image } = world();
    await ring.declare('kept', { image, replicas: 2 });
    await ring.declare('scaled', { image, replicas: 1 });
    await ring.declare('deleted', { image, namespace: 'deleted' });
    const before = await untilRuns(world(), 'kept', 2);
    await untilRuns(world(), 'scaled', 1);
    await untilRuns(world(), 'deleted', 1);

    await engine.stop('TERM');
    await ring.untilStatus('kept', 'unknown', { withinMs: 60_000 });
    await ring.call('PATCH', '/deployments/scaled', { body: { replicas: 3 } });
    await ring.call('DELETE', '/deployments/deleted');
    await ring.declare('new', { image });
    // Long enough for everything that waits longer after each failure to have done so.
    await new Promise((resolve) => setTimeout(resolve, absenceMs));
    expect(await ring.read('kept')).toMatchObject({ status: 'unknown', instances: expect.any(Array) });
    await engine.start();

    expect(await untilRuns(world(), 'kept', 2)).toEqual(before);
    await untilRuns(world(), 'scaled', 3);
    await untilRuns(world(), 'new', 1);
    await ring.untilGone('deleted');
    expect(await ring.containers('deleted')).toEqual([]);
    for (const id of ['kept', 'scaled', 'new']) await ring.call('DELETE', `/deployments/${id}`);
    for (const id of ['kept', 'scaled', 'new']) await ring.untilGone(id);
  });

  test('six restarts under fifty containers lose none of them and double none', async () => {
    const { ring, engine, image } = world();
    // Ends at once: fifty containers that are stopped one after the other would take the engine its time.
    const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 100000 & wait'];
    for (const name of names) await ring.declare(name, { image, replicas: 10, command });
    const before = new Map<string, readonly string[]>();
    for (const name of names) before.set(name, await untilRuns(world(), name, 10));

    for (const how of ['TERM', 'KILL', 'TERM', 'KILL', 'TERM', 'KILL'] as const) {
      await engine.stop(how);
      await engine.start();
    }

    for (const name of names) expect(await untilRuns(world(), name, 10)).toEqual(before.get(name));
    expect(await ring.containers()).toHaveLength(50);
  }, 600_000);
});
