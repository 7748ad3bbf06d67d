/**
 * What every Runtime promises, fake or real. Each case has an installation and a namespace of its own; how an engine
 * is reached and what happens behind Ring's back is told by the world that a test file passes in.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest, Runtime } from '../../core/runtime.ts';
import { aSpec } from '../support/records.ts';
import { execContract } from './runtime-exec.ts';
import { hostContract } from './runtime-host.ts';
import { imagesContract } from './runtime-images.ts';
import { networkContract } from './runtime-network.ts';
import { streamContract } from './runtime-streams.ts';
import { usageContract } from './runtime-usage.ts';
import { userContract } from './runtime-user.ts';
import { volumesContract } from './runtime-volumes.ts';
import { eventually, kindOf, openSituation, type RuntimeWorld, type Situation } from './runtime-world.ts';

/** Registers the cases for one kind of runtime. */
export const runtimeContract = (title: string, open: () => Promise<RuntimeWorld>): void => {
  describe(title, () => {
    let situation: Situation;
    let runtime: Runtime;
    beforeEach(async () => {
      situation = await openSituation(await open());
      runtime = situation.runtime;
    });
    afterEach(() => situation.world.close());
    const { request, inSlot, run, only } = {
      request: (changes?: Partial<CreateRequest>) => situation.request(changes),
      inSlot: (slot: number, changes?: Partial<CreateRequest>) => situation.inSlot(slot, changes),
      run: (changes?: Partial<CreateRequest>) => situation.run(changes),
      only: () => situation.only(),
    };

    it('sees nothing on an engine that holds nothing of the installation', async () => {
      expect(await runtime.observe()).toEqual([]);
    });

    it('makes a container, starts it and sees who it is', async () => {
      const id = await runtime.create(request());
      const made = await only();
      await runtime.start(id);
      const { startedAt, address, ...started } = (await only()) ?? {};
      const expected = {
        id,
        containerName: `${situation.world.namespace}_web_0_r1`,
        identity: request().identity,
        imageId: situation.imageId,
        connected: true,
        serves: true,
        finishedAt: null,
        exitCode: null,
        oomKilled: false,
        error: '',
        restartCount: 0,
      };
      expect(made).toEqual({ ...expected, state: 'created', startedAt: null, address: null });
      expect(started).toEqual({ ...expected, state: 'running' });
      expect([startedAt, address]).toEqual([expect.any(Number), expect.stringMatching(/^[\d.]+$/)]);
    });

    it('adopts the container that an earlier try made, whether it runs or not', async () => {
      const ids = await Promise.all([1, 2, 3].map(() => runtime.create(request())));
      await runtime.start(ids[0] ?? '');
      ids.push(await runtime.create(request()));
      expect(new Set(ids).size).toBe(1);
      expect(await runtime.observe()).toHaveLength(1);
    });

    it('adopts nobody else: not another life, not another revision, not a stranger', async () => {
      await runtime.create(request());
      const { identity } = request();
      const stranger = inSlot(7);
      await situation.world.occupy(stranger.containerName);
      expect([
        await kindOf(runtime.create(request({ identity: { ...identity, uid: 'u2' } }))),
        await kindOf(runtime.create(request({ identity: { ...identity, revision: 2 } }))),
        await kindOf(runtime.create(request({ identity: { ...identity, specHash: 'hash-2' } }))),
        await kindOf(runtime.create(stranger)),
      ]).toEqual(['name_taken', 'name_taken', 'name_taken', 'name_taken']);
      expect(await runtime.observe()).toHaveLength(1);
    });

    it('counts as done what is done already', async () => {
      const id = await run();
      await runtime.start(id);
      await runtime.start(request().containerName);
      await runtime.unpause(id);
      await runtime.stop(id, 1000);
      await runtime.stop(id, 1000);
      const stopped = await only();
      await runtime.remove(id);
      await runtime.remove(id);
      await runtime.stop(id, 1000);
      expect(stopped).toMatchObject({ id, state: 'exited', finishedAt: expect.any(Number) });
      expect(await runtime.observe()).toEqual([]);
    });

    it('says that a container is missing where a call needs one', async () => {
      const id = 'f'.repeat(64);
      expect([
        await kindOf(runtime.start(id)),
        await kindOf(runtime.start('no_such_name')),
        await kindOf(runtime.unpause(id)),
        await kindOf(runtime.connect(id, situation.world.namespace, [])),
      ]).toEqual(['missing', 'missing', 'missing', 'missing']);
    });

    it('refuses to remove a container that runs', async () => {
      const id = await run();
      expect(await kindOf(runtime.remove(id))).toBe('other');
      expect(await only()).toMatchObject({ id, state: 'running' });
    });

    it('says that a command does not exist, and leaves the container with the reason', async () => {
      const spec = aSpec({ command: [situation.world.missingCommand], restartPolicy: 'always' });
      const id = await runtime.create(request({ spec }));
      expect(await kindOf(runtime.start(id))).toBe('command');
      expect(await only()).toMatchObject({
        state: 'created',
        startedAt: null,
        exitCode: null,
        error: expect.stringContaining(situation.world.missingCommand),
      });
    });

    it('says that the source of a mount is missing', async () => {
      const volume = { type: 'bind', source: situation.world.missingPath, destination: '/data' } as const;
      const spec = aSpec({ volumes: [{ ...volume, permission: 'ro', makeSource: false }] });
      expect(await kindOf(runtime.create(request({ spec })))).toBe('file_system');
    });

    it('says that a host port is taken', async () => {
      const port = {
        published: situation.world.freePort,
        target: 80,
        hostIp: '127.0.0.1',
        protocol: 'tcp',
      } as const;
      const spec = aSpec({ command: situation.world.command, restartPolicy: 'never', ports: [port] });
      await run({ spec });
      const second = await runtime.create(inSlot(1, { spec }));
      expect(await kindOf(runtime.start(second))).toBe('port_taken');
      const found = (await runtime.observe()).find(({ id }) => id === second);
      expect(found).toMatchObject({ state: 'created', error: expect.stringContaining('port') });
    });

    it('makes nothing of an image that is gone', async () => {
      const gone = `sha256:${'0'.repeat(64)}`;
      expect(await kindOf(runtime.create(request({ imageId: gone })))).toBe('image_gone');
      expect(await runtime.observe()).toEqual([]);
    });

    it('resolves a local image to its id, and holds on to what was pinned', async () => {
      const wanted = {
        image: situation.world.image,
        policy: 'IfNotPresent',
        pin: null,
        credentials: null,
      } as const;
      const pin = { imageId: situation.imageId, repoDigest: null };
      const gone = { imageId: `sha256:${'0'.repeat(64)}`, repoDigest: null };
      expect(await runtime.resolveImage(wanted)).toEqual({ ...pin, pulled: false });
      expect(await runtime.resolveImage({ ...wanted, policy: 'Always', pin })).toEqual({
        ...pin,
        pulled: false,
      });
      expect(await runtime.resolveImage({ ...wanted, image: situation.imageId })).toEqual({
        ...pin,
        pulled: false,
      });
      expect(await kindOf(runtime.resolveImage({ ...wanted, pin: gone }))).toBe('image_gone');
      const unknown = { ...wanted, image: 'localhost/no-such-image:1', policy: 'Never' } as const;
      expect(await kindOf(runtime.resolveImage(unknown))).toBe('image_not_found');
    });

    it('makes one network of a namespace, and keeps it while a container refers to it', async () => {
      const { namespace } = situation.world;
      await Promise.all([runtime.ensureNetwork(namespace), runtime.ensureNetwork(namespace)]);
      const id = await runtime.create(request());
      const isGone = [await runtime.releaseNetwork(namespace)];
      const kept = await runtime.networks();
      await runtime.remove(id);
      isGone.push(await runtime.releaseNetwork(namespace), await runtime.releaseNetwork(namespace));
      expect([kept, await runtime.networks(), isGone]).toEqual([[namespace], [], [false, true, true]]);
    });

    it('joins a container again whose network was removed', async () => {
      const id = await run();
      await situation.world.dropNetwork(situation.world.namespace);
      const lost = await only();
      await runtime.ensureNetwork(situation.world.namespace);
      await runtime.connect(id, situation.world.namespace, ['web']);
      await runtime.connect(id, situation.world.namespace, ['web']);
      expect([lost?.connected, (await only())?.connected]).toEqual([false, true]);
    });

    it('starts a stopped container whose network was removed and made again', async () => {
      const id = await run();
      await runtime.stop(id, 1000);
      await situation.world.dropNetwork(situation.world.namespace);
      await runtime.ensureNetwork(situation.world.namespace);
      await runtime.start(id);
      expect(await only()).toMatchObject({ id, state: 'running', connected: true });
    });

    it('keeps the exit code of a process that ended', async () => {
      const id = await run({ spec: aSpec({ kind: 'job', command: situation.world.command }) });
      await only();
      await situation.world.exit(id, 3);
      const ended = await eventually(only, (found) => found?.state === 'exited');
      expect(ended).toMatchObject({
        state: 'exited',
        exitCode: 3,
        finishedAt: expect.any(Number),
        error: '',
      });
    });

    it('sees a container that was paused, and lets it run on', async () => {
      const id = await run();
      await situation.world.pause(id);
      const paused = await only();
      await runtime.unpause(id);
      expect([paused?.state, (await only())?.state]).toEqual(['paused', 'running']);
    });

    networkContract(() => situation);
    execContract(() => situation);
    hostContract(() => situation);
    volumesContract(() => situation);
    imagesContract(() => situation);
    streamContract(() => situation);
    userContract(() => situation);
    usageContract(() => situation);
  });
};
