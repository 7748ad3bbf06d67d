/** Manifests on a real engine: what was planned comes about, and a process that is killed leaves no half of one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change, ChangeSet } from '../../core/manifest/change.ts';
import type { Manifest, Manifests } from '../../core/manifest/manifest.ts';
import { ensureTestImage } from '../support/images.ts';
import { inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
});

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1; done'];

/** Posts manifests; rejects when they are refused. */
async function post(path: string, manifests: Manifests): Promise<ChangeSet> {
  const { status, body } = await ring.call('POST', path, { body: manifests });
  if (status !== 200) throw new Error(`Refused: ${JSON.stringify(body)}`);
  return body;
}

const of = ({ changes }: ChangeSet, id: string): Change | undefined => changes.find((one) => one.id === id);

const shop = (data: string, ...more: string[]): Manifest => ({
  namespace: 'planned',
  labels: { stack: 'shop' },
  configs: { app: { data } },
  secrets: { db: { value: 'hunter2' } },
  deployments: {
    ...Object.fromEntries(more.map((name) => [name, { image, command: forever }])),
    web: {
      image,
      command: forever,
      replicas: 2,
      environment: { PASSWORD: { secretRef: 'db' } },
      volumes: [{ type: 'config', source: 'app', destination: '/etc/app.conf' }],
      update: { min_healthy_time: '1s', drain_delay: 0 },
    },
  },
});

test('what is planned comes about: made, rolled out with its config, and pruned', async () => {
  const planned = await post('/plan', shop('one', 'old'));
  expect(await ring.containers()).toEqual([]);
  expect(await post('/apply', shop('one', 'old'))).toEqual(planned);
  expect(of(planned, 'web')?.actions?.map(({ words }) => words)).toEqual([
    `find the image ${image}, by the pull policy IfNotPresent`,
    'make sure of the network of namespace planned',
    'create replica 0 at revision 1',
    'start planned_web_0_r1',
    'create replica 1 at revision 1',
    'start planned_web_1_r1',
  ]);
  const web = await ring.untilStatus('web', 'running');
  await ring.untilStatus('old', 'running');
  const [id = ''] = web.instances;
  expect(await inside(ring.docker, id, ['cat', '/etc/app.conf'])).toBe('one');

  const settled = await until(
    () => post('/plan', shop('one', 'old')),
    ({ changes }) => changes.every(({ actions }) => actions?.length === 0),
    { what: 'a plan with nothing left to do' },
  );
  expect(settled.summary).toEqual({ create: 0, update: 0, scale: 0, delete: 0, none: 4 });

  const changed = await post('/plan?prune=stack%3Dshop', shop('two'));
  expect(of(changed, 'app')).toMatchObject({ change: 'update', rolls_out: ['web'] });
  expect(of(changed, 'web')).toMatchObject({ change: 'update', revision: 2, replaces: true, fields: [] });
  expect(of(changed, 'web')?.actions?.map(({ words }) => words)).toContain('start planned_web_0_r2');
  expect(of(changed, 'old')).toMatchObject({ change: 'delete' });
  expect(await ring.read('old')).toMatchObject({ status: 'running' });

  expect(await post('/apply?prune=stack%3Dshop', shop('two'))).toMatchObject({ summary: changed.summary });
  await ring.untilGone('old');
  const rolled = await ring.until(
    'web',
    ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2,
  );
  expect(await inside(ring.docker, rolled.instances[0] ?? '', ['cat', '/etc/app.conf'])).toBe('two');
});

test('a plan of one deployment that crashes tells what is done about it', async () => {
  await ring.declare('crasher', { image, namespace: 'planned', command: ['sh', '-c', 'exit 3'] });
  await ring.untilStatus('crasher', 'crash_loop_back_off');
  const { status, body } = await ring.call('POST', '/deployments/crasher/plan');
  expect([status, body.changes[0].change, body.unseen]).toEqual([200, 'none', null]);
  await ring.call('DELETE', '/deployments/crasher');
});

test('a process that is killed while manifests are applied leaves none of them half done', async () => {
  const size = 20;
  const namespaces = Array.from({ length: 12 }, (_, index) => `half-${index}`);
  const names = Array.from({ length: size }, (_, index) => `idle-${index}`);
  const manifestOf = (namespace: string): Manifest => ({
    namespace,
    configs: { app: { data: 'x' } },
    deployments: Object.fromEntries(names.map((name) => [name, { image, replicas: 0 }])),
  });
  const answered: string[] = [];
  let killing: Promise<void> | null = null;
  const asked = namespaces.map(async (namespace) => {
    const { status } = await ring.call('POST', '/apply', { body: manifestOf(namespace) });
    if (status === 200) answered.push(namespace);
    if (answered.length === 3) killing ??= ring.kill();
  });
  await Promise.allSettled(asked);
  await killing;
  await ring.start();
  const { body: deployments } = await ring.call('GET', '/deployments');
  const { body: configs } = await ring.call('GET', '/configs');
  for (const namespace of namespaces) {
    const here = ({ namespace: its }: { readonly namespace: string }) => its === namespace;
    const found = [deployments.filter(here).length, configs.filter(here).length];
    expect([
      [0, 0],
      [size, 1],
    ]).toContainEqual(found);
    if (answered.includes(namespace)) expect(found).toEqual([size, 1]);
  }
});
