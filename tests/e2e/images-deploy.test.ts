/** What a deployment shows and does while the registry of its image is in trouble. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRegistry, type Registry } from '../support/registry.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let registry: Registry;

beforeAll(async () => {
  await ensureTestImage();
  ring = await openRingProcess();
  registry = await openRegistry(ring.docker);
});
afterEach(() => registry.behave());
afterAll(async () => {
  await ring?.close();
  await registry?.close();
});

/** When its manifest was asked for, in ms, beginning now. */
const watchPulls = (repository: string) => {
  const from = registry.requests.length;
  return (): readonly number[] =>
    registry.times.slice(from).filter((_, index) => {
      const line = registry.requests[from + index] ?? '';
      return line.startsWith('HEAD') && line.includes(`/${repository}/manifests/`);
    });
};

test('a registry that limits is asked again no sooner than it wants, and then the deployment runs', async () => {
  const { image } = await registry.publish('deploy/limited', '1');
  const error = { code: 'TOOMANYREQUESTS', message: 'retry-after: 5s, allowed: 3/minute' };
  registry.refuse('manifests', { status: 429, error });
  const pulls = watchPulls('deploy/limited');
  await ring.declare('limited', { image });
  const seen = await ring.untilStatus('limited', 'image_pull_back_off');
  expect(seen.status_reason).toContain(`The image ${image} cannot be pulled: toomanyrequests`);
  registry.behave();
  await ring.untilStatus('limited', 'running');
  const [first = 0, second = 0] = pulls();
  expect(second - first).toBeGreaterThanOrEqual(5000);
  expect(await ring.events('limited')).toContainEqual(
    expect.objectContaining({ reason: 'ImagePulled', message: `Image ${image} pulled` }),
  );
});

test('an image that comes slowly keeps no other deployment waiting', async () => {
  const { image } = await registry.publish('deploy/slow', '1');
  registry.stall(500_000);
  const pulls = watchPulls('deploy/slow');
  await Promise.all([1, 2, 3].map((n) => ring.declare(`slow-${n}`, { image })));
  await until(registry.holding, (count) => count === 1);
  await ring.declare('quick', { image: 'ring-test:1', replicas: 3 });
  await ring.untilStatus('quick', 'running');
  expect((await ring.read('slow-1')).status).toBe('creating');
  registry.behave();
  await Promise.all([1, 2, 3].map((n) => ring.untilStatus(`slow-${n}`, 'running')));
  expect(pulls()).toHaveLength(1);
});
