/** What the Docker adapter says and does while its engine crashes, restarts, hangs and comes back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest, Instance, RuntimeEvent } from '../../core/runtime.ts';
import { type DockerWorld, openDockerWorld } from '../support/docker-world.ts';
import { someIdentity } from '../support/fake-runtime.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { aSpec } from '../support/records.ts';
import { until } from '../support/until.ts';

let engine: OwnEngine;
let world: DockerWorld;
let imageId: string;

beforeAll(async () => {
  engine = await openOwnEngine();
  await engine.ensureTestImage();
});
afterAll(() => engine.close());
beforeEach(async () => {
  world = openDockerWorld({ callTimeoutMs: 3000, heartbeatMs: 500 }, engine.socketPath);
  await world.runtime.ensureNetwork(world.namespace);
  const wanted = { image: 'ring-test:1', policy: 'Never', pin: null, credentials: null } as const;
  imageId = (await world.runtime.resolveImage(wanted)).imageId;
});
afterEach(() => world.close());

// The first process of a container ignores what it does not handle: without the trap each stop takes its whole grace.
const sleep = ['sh', '-c', 'trap "exit 1" TERM; while :; do sleep 0.1; done'];
const request = (slot: number, changes: Partial<CreateRequest> = {}): CreateRequest => ({
  containerName: `${world.namespace}_web_${slot}_r1`,
  identity: someIdentity({ namespace: world.namespace, slot }),
  spec: aSpec({ command: sleep, stopGraceMs: 1000 }),
  environment: {},
  files: [],
  imageId,
  aliases: ['web'],
  ...changes,
});
const run = async (slot: number, changes: Partial<CreateRequest> = {}): Promise<string> => {
  const id = await world.runtime.create(request(slot, changes));
  await world.runtime.start(id);
  return id;
};
const states = (instances: readonly Instance[]) =>
  Object.fromEntries(instances.map(({ identity, state }) => [identity.slot, state]));

describe('an engine that goes away', () => {
  it('is unknown while it is down, and tells the truth when it is back', async () => {
    await run(0);
    await run(1, { spec: aSpec({ command: sleep, restartPolicy: 'on-failure' }) });
    await run(2, { spec: aSpec({ kind: 'job', command: sleep }) });
    const before = await world.runtime.observe();
    await engine.stop('KILL');
    await expect(world.runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
    await engine.start();
    const after = await world.runtime.observe();
    // The engine gives up on `unless-stopped` after its own crash: whoever wants it starts it.
    expect([states(before), states(after)]).toEqual([
      { 0: 'running', 1: 'running', 2: 'running' },
      { 0: 'exited', 1: 'running', 2: 'exited' },
    ]);
    await world.runtime.start(request(0).containerName);
    expect(states(await world.runtime.observe())).toMatchObject({ 0: 'running' });
  });

  it('breaks the event stream, and the next one is whole', async () => {
    const controller = new AbortController();
    const heard: RuntimeEvent[] = [];
    const listen = async () => {
      for await (const event of world.runtime.events(controller.signal)) heard.push(event);
    };
    const broken = expect(listen()).rejects.toMatchObject({ kind: 'unavailable' });
    await engine.stop('TERM');
    await broken;
    await engine.start();
    const listening = listen();
    await until(
      async () => {
        const id = await run(0);
        await world.runtime.stop(id, 0);
        await world.runtime.remove(id);
        return heard.map(({ action }) => action);
      },
      (actions) => actions.includes('destroy'),
    );
    controller.abort();
    await listening;
    expect(heard.map(({ action }) => action)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
  });

  it('is unknown while it hangs: no call waits for ever, and what it did in secret counts', async () => {
    const id = await world.runtime.create(request(0));
    const listening = (async () => {
      for await (const _ of world.runtime.events(new AbortController().signal));
    })();
    const broken = expect(listening).rejects.toMatchObject({ kind: 'unavailable' });
    await world.runtime.ping();
    engine.freeze();
    const calls = [
      world.runtime.observe(),
      world.runtime.start(id),
      world.runtime.create(request(1)),
      world.runtime.ping(),
    ].map((call) =>
      call.then(
        () => 'done',
        (error: { kind: string }) => error.kind,
      ),
    );
    const kinds = await Promise.all(calls);
    await broken;
    engine.thaw();
    expect(kinds).toEqual(['unavailable', 'unavailable', 'unavailable', 'unavailable']);
    await world.runtime.start(id);
    const second = await world.runtime.create(request(1));
    const found = await until(
      () => world.runtime.observe(),
      (seen) => seen.length === 2,
    );
    expect(states(found)).toEqual({ 0: 'running', 1: 'created' });
    expect(found.map((instance) => instance.id).sort()).toEqual([id, second].sort());
  });
});
