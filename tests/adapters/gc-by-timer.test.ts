/** A Ring without a server collects garbage as well: what it pulled is noted, and goes when nothing needs it any more. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRing, type RingOptions } from '../../adapters/ring.ts';
import { makeFakeRuntime } from '../support/fake-runtime.ts';
import { until } from '../support/until.ts';

async function openWith(options: RingOptions) {
  const dataDir = await mkdtemp(join(tmpdir(), 'ring-gc-'));
  const runtime = makeFakeRuntime({ now: Date.now });
  const ring = await openRing({ dataDir, runtime, ...options });
  onTestFinished(async () => {
    await ring.close();
    await rm(dataDir, { recursive: true });
  });
  let token = '';
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await ring.fetch(new Request(`http://ring.test${path}`, { method, headers, ...sent }))).json();
  };
  ({ token } = await send('POST', '/login', { username: 'admin', password: 'changeme' }));
  runtime.images.publish('r/app:1');
  await send('PUT', '/deployments/web', { image: 'r/app:1' });
  await ring.reconcile();
  const pulled = (await runtime.listImages()).length;
  await send('DELETE', '/deployments/web');
  await ring.reconcile();
  return { ring, runtime, pulled };
}

const terms = { gcInterval: '1s', imageGrace: '0s' };

it('by each reconcile whose time has come', async () => {
  const { ring, runtime, pulled } = await openWith(terms);
  const left = await until(
    async () => {
      await ring.reconcile();
      return runtime.listImages();
    },
    ({ length }) => length === 0,
    { what: 'the end of the image' },
  );
  expect([pulled, left]).toEqual([1, []]);
});

it('not where that is left to people, who see what would go', async () => {
  const { ring, runtime } = await openWith({ ...terms, gc: 'off' });
  await ring.reconcile();
  expect(await ring.ports.gc.look()).toMatchObject({ automatic: false, due: [{ kind: 'image' }] });
  expect(await runtime.listImages()).toHaveLength(1);
  expect(await ring.ports.gc.clean()).toMatchObject({ removed: [{ kind: 'image' }], failed: [] });
  expect(await runtime.listImages()).toEqual([]);
});
