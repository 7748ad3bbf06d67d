/** Images from a real registry that refuses, limits, falls silent and disappears. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ImageRequest } from '../../core/runtime.ts';
import { type DockerWorld, openDockerWorld } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRegistry, type Published, type Registry } from '../support/registry.ts';

let world: DockerWorld;
let registry: Registry;
let config: string;

beforeAll(async () => {
  await ensureTestImage();
  const { docker, close } = openDockerWorld();
  registry = await openRegistry(docker);
  await close();
});
afterAll(() => registry?.close());
beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), 'ring-config-'));
  world = openDockerWorld({ dockerConfig: config });
});
afterEach(async () => {
  registry.behave();
  await world.close();
  await rm(config, { recursive: true });
});

const request = (image: string, changes: Partial<ImageRequest> = {}): ImageRequest => ({
  image,
  policy: 'IfNotPresent',
  pin: null,
  credentials: null,
  ...changes,
});
const resolve = (image: string, changes: Partial<ImageRequest> = {}) =>
  world.runtime.resolveImage(request(image, changes));
/** How a pull fails. */
const failure = (image: string, changes: Partial<ImageRequest> = {}) =>
  resolve(image, changes).then(
    () => null,
    ({ kind, message, retryAfterSeconds }) => ({ kind, message, retryAfterSeconds }),
  );
/** Removes an image from the engine, where it is there. */
const forget = async (image: string): Promise<void> => {
  await world.docker
    .getImage(image)
    .remove({ force: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
    });
};
const pinOf = ({ imageId, repoDigest }: Published) => ({ imageId, repoDigest });
const cannot = (image: string, why: string): string => `The image ${image} cannot be pulled: ${why}`;
/** How many pulls were begun: each asks for the manifest's digest first. */
const pulls = (): number => registry.requests.filter((line) => /^HEAD .*\/manifests\//.test(line)).length;

describe('an image in a registry', () => {
  it('is pulled by its tag and pinned to its digest, and asked for no more', async () => {
    const published = await registry.publish('app/plain', '1');
    const first = await resolve(published.image);
    const before = pulls();
    const second = await resolve(published.image);
    expect([first, second, pulls() - before]).toEqual([
      { ...pinOf(published), pulled: true },
      { ...pinOf(published), pulled: false },
      0,
    ]);
  });

  it('is the pinned one after its tag was moved, and even after it was removed from the engine', async () => {
    const old = await registry.publish('app/moved', '1');
    await resolve(old.image);
    const moved = await registry.publish('app/moved', '1');
    const pin = pinOf(old);
    const still = await resolve(old.image, { pin, policy: 'Always' });
    await forget(old.imageId);
    const again = await resolve(old.image, { pin });
    expect([still, again, moved.imageId === old.imageId]).toEqual([
      { ...pin, pulled: false },
      { ...pin, pulled: true },
      false,
    ]);
    expect(await resolve(old.image, { policy: 'Always' })).toEqual({ ...pinOf(moved), pulled: true });
  });

  it('is pulled by a digest', async () => {
    const published = await registry.publish('app/digest', '1');
    expect(await resolve(published.repoDigest)).toEqual({ ...pinOf(published), pulled: true });
  });

  it('is looked for when it is missing, always, or never, as its policy says', async () => {
    const old = await registry.publish('app/policy', '1');
    const never = await failure(old.image, { policy: 'Never' });
    await resolve(old.image);
    const moved = await registry.publish('app/policy', '1');
    await resolve(old.repoDigest);
    await world.docker.getImage(old.imageId).tag({ repo: `${registry.host}/app/policy`, tag: '1' });
    const present = await resolve(old.image);
    const stays = await resolve(old.image, { policy: 'Never' });
    const newest = await resolve(old.image, { policy: 'Always' });
    expect(never?.kind).toBe('image_not_found');
    expect([present, stays, newest]).toEqual([
      { ...pinOf(old), pulled: false },
      { ...pinOf(old), pulled: false },
      { ...pinOf(moved), pulled: true },
    ]);
  });

  it('is pulled once by ten who want it at the same time', async () => {
    const published = await registry.publish('app/shared', '1');
    registry.stall(500_000);
    const before = pulls();
    const wanted = Array.from({ length: 10 }, () => resolve(published.image, { policy: 'Always' }));
    await expect.poll(registry.holding).toBe(1);
    registry.behave();
    const all = await Promise.all(wanted);
    expect(new Set(all.map(({ imageId }) => imageId))).toEqual(new Set([published.imageId]));
    expect(pulls() - before).toBe(1);
  });

  it('delays nobody else while it comes slowly', async () => {
    const slow = await registry.publish('app/slow', '1');
    const quick = await registry.publish('app/quick', '1');
    registry.stall(500_000);
    const order: string[] = [];
    const pulling = resolve(slow.image).then(() => order.push('slow'));
    await expect.poll(registry.holding).toBe(1);
    registry.stall(Number.POSITIVE_INFINITY);
    await resolve(quick.image);
    order.push('quick');
    await world.runtime.observe();
    order.push('look');
    registry.behave();
    await pulling;
    expect(order).toEqual(['quick', 'look', 'slow']);
  });
});

describe('a registry that asks who one is', () => {
  const credentials = { username: 'joe', password: 'the-right-password' };
  let image: string;
  beforeAll(async () => {
    image = (await registry.publish('app/private', '1')).image;
  });
  afterEach(() => forget(image));
  const demand = () => registry.demand(credentials.username, credentials.password);

  it('denies without credentials and with wrong ones, and shows neither', async () => {
    demand();
    const none = await failure(image);
    const wrong = await failure(image, { credentials: { ...credentials, password: 'the-wrong-password' } });
    const right = await resolve(image, { credentials });
    expect([none?.kind, wrong?.kind, right.pulled]).toEqual(['image_denied', 'image_denied', true]);
    expect(none?.message).toMatch(/no basic auth credentials \(without credentials\)$/);
    expect(wrong?.message).toBe(cannot(image, "unauthorized (with the deployment's credentials)"));
  });

  it('is told what the docker config of the host says at that very moment', async () => {
    demand();
    const auth = (password: string) => ({ auth: Buffer.from(`joe:${password}`).toString('base64') });
    const login = (password: string) =>
      writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [registry.host]: auth(password) } }));
    await login('an-expired-password');
    const expired = await failure(image);
    await login(credentials.password);
    const renewed = await resolve(image);
    expect(expired).toEqual({
      kind: 'image_denied',
      message: cannot(image, "unauthorized (with the credentials of the host's docker config)"),
      retryAfterSeconds: undefined,
    });
    expect(renewed.pulled).toBe(true);
  });

  it('is told what a credential helper gives', async () => {
    demand();
    const helper = join(config, 'docker-credential-test');
    const answer = { ServerURL: registry.host, Username: 'joe', Secret: credentials.password };
    await writeFile(
      helper,
      `#!/bin/sh\n[ "$(cat)" = "${registry.host}" ] && echo '${JSON.stringify(answer)}'\n`,
    );
    await chmod(helper, 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${config}${delimiter}${path}`;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    await writeFile(
      join(config, 'config.json'),
      JSON.stringify({ credHelpers: { [registry.host]: 'test' } }),
    );
    expect((await resolve(image)).pulled).toBe(true);
    await forget(image);
    await writeFile(helper, '#!/bin/sh\nexit 1\n');
    expect(await failure(image)).toMatchObject({
      kind: 'image_unreachable',
      message: cannot(image, 'the credential helper docker-credential-test ended with exit code 1'),
    });
  });
});

describe('a registry in trouble', () => {
  let image: string;
  beforeAll(async () => {
    image = (await registry.publish('app/trouble', '1')).image;
  });
  afterEach(() => forget(image));

  const refusals = [
    ['forbids', 'manifests', { status: 403, error: { code: 'DENIED', message: 'no' } }, 'image_denied'],
    ['forbids in a page', 'manifests', { status: 403, text: '<html>' }, 'image_denied'],
    ['knows no such page', 'manifests', { status: 404, text: '<html>' }, 'image_not_found'],
    [
      'lacks a part',
      'blobs',
      { status: 404, error: { code: 'BLOB_UNKNOWN', message: 'x' } },
      'image_not_found',
    ],
    ['limits in a page', 'manifests', { status: 429, text: 'slow down' }, 'image_rate_limited'],
    ['fails', 'manifests', { status: 500, text: 'oops' }, 'image_unreachable'],
    ['is away', 'manifests', { status: 503, text: 'away' }, 'image_unreachable'],
    ['fails halfway', 'blobs', { status: 500, text: 'oops' }, 'image_unreachable'],
  ] as const;

  it.each(refusals)('that %s is told apart, and heals', async (_, ...[part, refusal, kind]) => {
    registry.refuse(part, refusal);
    const failed = await failure(image);
    registry.behave();
    expect([failed?.kind, (await resolve(image)).pulled]).toEqual([kind, true]);
    expect(failed?.message.startsWith(cannot(image, ''))).toBe(true);
  });

  it('that limits says how long to wait, in what it answers', async () => {
    const error = { code: 'TOOMANYREQUESTS', message: 'retry-after: 7s, allowed: 44000/minute' };
    for (const part of ['manifests', 'blobs'] as const) {
      registry.refuse(part, { status: 429, error, headers: { 'retry-after': '7' } });
      expect(await failure(image)).toMatchObject({ kind: 'image_rate_limited', retryAfterSeconds: 7 });
      registry.behave();
    }
  });

  it('that knows no such image or tag is told from one that knows nobody', async () => {
    const unknown = [image.replace(/1$/, '2'), `${registry.host}/app/unknown:1`];
    expect(await Promise.all(unknown.map(async (each) => (await failure(each))?.kind))).toEqual([
      'image_not_found',
      'image_not_found',
    ]);
    expect((await failure('no-such-host.invalid:5000/app:1'))?.kind).toBe('image_unreachable');
  });

  it('that falls silent in the middle of an image is given up, and asked again', async () => {
    registry.stall(500_000);
    const impatient = world.reopen({ pullSilenceMs: 3000 });
    onTestFinished(impatient.close);
    await expect(impatient.resolveImage(request(image))).rejects.toMatchObject({
      kind: 'image_unreachable',
      message: cannot(image, 'no data from the registry for 3000 ms'),
    });
    registry.behave();
    expect((await resolve(image)).pulled).toBe(true);
  });

  it('that disappears is unreachable until it is back', async () => {
    await registry.vanish();
    const gone = await failure(image);
    await registry.comeBack();
    expect([gone?.kind, (await resolve(image)).pulled]).toEqual(['image_unreachable', true]);
  });
});
