/** A clean gc on a real engine: what Ring pulled and nothing needs goes, whatever is anybody else's stays. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addBystanders, type Bystanders } from '../support/bystanders.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRegistry, type Published, type Registry } from '../support/registry.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let registry: Registry;
let bystanders: Bystanders;
let before: unknown;

beforeAll(async () => {
  const image = await ensureTestImage();
  ring = await openRingProcess({ env: { RING_GC: 'off', RING_IMAGE_GRACE: '0s', RING_REVISIONS: '1' } });
  registry = await openRegistry(ring.docker);
  bystanders = await addBystanders(ring.docker, image);
});
beforeEach(async () => {
  before = await bystanders.look();
});
afterAll(async () => {
  await bystanders?.remove();
  await ring?.close();
  await registry?.close();
});

const terms = { update: { min_healthy_time: '200ms', drain_delay: '0s' }, stop_grace: '1s' };
const inspect = (image: string) =>
  ring.docker
    .getImage(image)
    .inspect()
    .catch(() => null);
const isThere = async ({ imageId }: Published) => (await inspect(imageId)) !== null;
const clean = async () => (await ring.call('POST', '/gc')).body;
const look = async () => (await ring.call('GET', '/gc')).body;
const removedImages = (body: { removed: { kind: string; id: string }[] }) =>
  body.removed.filter(({ kind }) => kind === 'image').map(({ id }) => id);

const pullByHand = async (image: string): Promise<void> => {
  const stream = await ring.docker.pull(image);
  for await (const _ of stream);
};

const runsRevision = (id: string, revision: number) =>
  ring.until(
    id,
    ({ status, rollout }) =>
      status === 'running' && rollout?.state === 'completed' && rollout.revision === revision,
    { what: `revision ${revision} of ${id}`, withinMs: 60_000 },
  );

const removeDeployment = async (id: string) => {
  await ring.call('DELETE', `/deployments/${id}`);
  await ring.untilGone(id);
};

describe('images', () => {
  test('of revisions that are no longer kept go, those that are kept stay', async () => {
    const versions: Published[] = [];
    for (const tag of ['1', '2', '3']) versions.push(await registry.publish('app/rolled', tag));
    for (const [index, { image }] of versions.entries()) {
      await ring.declare('rolled', { image, ...terms });
      await runsRevision('rolled', index + 1);
    }
    const [first, second, third] = versions;
    if (!first || !second || !third) throw new Error('The registry took no image');
    const shown = await look();
    expect(await Promise.all(versions.map(isThere))).toEqual([true, true, true]);
    const done = await clean();
    expect([removedImages(done), done.failed]).toEqual([[first.imageId], []]);
    expect(shown.due).toMatchObject(done.removed.map(({ id }: { id: string }) => ({ id })));
    expect(await Promise.all(versions.map(isThere))).toEqual([false, true, true]);
    expect((await look()).due).toEqual([]);
    await removeDeployment('rolled');
    expect(new Set(removedImages(await clean()))).toEqual(new Set([second.imageId, third.imageId]));
    expect(await bystanders.look()).toEqual(before);
  });

  test('that somebody pulled before Ring, named anew, or uses for a container are left to them', async () => {
    const pulled = await registry.publish('app/theirs', '1');
    const named = await registry.publish('app/named', '1');
    const used = await registry.publish('app/used', '1');
    await pullByHand(pulled.image);
    for (const [id, { image }] of [
      ['theirs', pulled],
      ['named', named],
      ['used', used],
    ] as const) {
      await ring.declare(id, { image, image_pull_policy: 'Always', ...terms });
      await ring.untilStatus(id, 'running');
    }
    await ring.docker.getImage(named.imageId).tag({ repo: 'mine', tag: 'kept' });
    const container = await ring.docker.createContainer({ Image: used.imageId });
    for (const id of ['theirs', 'named', 'used']) await removeDeployment(id);
    const done = await clean();
    const left = await inspect(named.imageId);
    expect([done.failed, left?.RepoTags, left?.RepoDigests]).toEqual([[], ['mine:kept'], []]);
    expect(await Promise.all([pulled, named, used].map(isThere))).toEqual([true, true, true]);
    expect((await look()).due).toEqual([]);
    await container.remove();
    await ring.docker.getImage('mine:kept').remove();
    expect(removedImages(await clean())).toEqual([used.imageId]);
    expect(await inspect(pulled.image)).toMatchObject({ Id: pulled.imageId });
    expect(await bystanders.look()).toEqual(before);
  });

  test('that were pulled under several names, or whose tag has moved on, go as well', async () => {
    const old = await registry.publish('app/moving', '1');
    await ring.declare('moving', { image: old.image, image_pull_policy: 'Always', ...terms });
    await ring.untilStatus('moving', 'running');
    const moved = await registry.publish('app/moving', '1');
    await ring.call('POST', '/deployments/moving/restart');
    await runsRevision('moving', 2);
    await ring.declare('moving', { image: moved.repoDigest, image_pull_policy: 'Always', ...terms });
    await runsRevision('moving', 3);
    expect(removedImages(await clean())).toEqual([old.imageId]);
    await removeDeployment('moving');
    expect(removedImages(await clean())).toEqual([moved.imageId]);
    expect(await Promise.all([old, moved].map(isThere))).toEqual([false, false]);
  });
});

test('a network that was held by a container of somebody goes once that has left', async () => {
  await ring.declare('guest', { image: 'ring-test:1', namespace: 'visited', ...terms });
  await ring.untilStatus('guest', 'running');
  const [network] = (await ring.networks()).filter(({ Name }) => Name.startsWith('ring_visited'));
  const visitor = await ring.docker.createContainer({
    Image: 'ring-test:1',
    HostConfig: { NetworkMode: network?.Name ?? '' },
  });
  await visitor.start();
  await removeDeployment('guest');
  await ring.call('POST', '/reconcile');
  const held = await clean();
  const kept = await ring.networks();
  await visitor.remove({ force: true });
  const released = await clean();
  const shown = ({ removed }: { removed: { kind: string; id: string }[] }) =>
    removed.filter(({ kind }) => kind === 'network').map(({ id }) => id);
  expect([shown(held), kept.map(({ Id }) => Id).includes(network?.Id ?? ''), shown(released)]).toEqual([
    [],
    true,
    ['visited'],
  ]);
  await until(
    async () => (await ring.networks()).map(({ Id }) => Id).includes(network?.Id ?? ''),
    (isLeft) => !isLeft,
    { what: 'the end of the network' },
  );
});
