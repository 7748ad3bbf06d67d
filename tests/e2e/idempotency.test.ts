/** Requests under a key against a Ring that is killed while it is at them: each is done once, and says so truthfully. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRandom } from '../support/random.ts';
import { type Answer, openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;

beforeAll(async () => {
  ring = await openRingProcess();
  // Nothing runs of it: only what is declared is looked at.
  await ring.declare('web', { image: 'ring-test:none', replicas: 0 });
});

afterAll(() => ring?.close());

/** Restarts the deployment: what nobody can do twice without being seen. null: the answer was lost. */
const restart = (key: string): Promise<Answer | null> =>
  ring.call('POST', '/deployments/web/restart', { headers: { 'idempotency-key': key } }).catch(() => null);

const revision = async () => (await ring.read('web')).revision;

test('a request that was cut by a kill is done once, however often it is sent again', async () => {
  const random = makeRandom(7);
  const outcomes: Record<string, number> = {};
  for (let round = 0; round < 24; round += 1) {
    const before = await revision();
    const key = `restart-${round}`;
    const cut = restart(key);
    await pause(random.below(30));
    await ring.kill();
    const first = await cut;
    await ring.start();
    const again = await restart(key);
    const third = await restart(key);
    const outcome = again?.status === 200 ? (again.headers.get('idempotency-replayed') ?? 'done') : 'lost';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (first) expect([first.status, again?.body]).toEqual([200, first.body]);
    if (outcome === 'lost') expect(again?.body.code).toBe('IDEMPOTENCY_REPLY_LOST');
    expect([round, await revision(), third?.body.code ?? third?.body.revision]).toEqual([
      ...[round, before + 1],
      outcome === 'lost' ? 'IDEMPOTENCY_REPLY_LOST' : before + 1,
    ]);
  }
  // Which of them a kill meets is chance: none of them is wrong.
  expect(Object.keys(outcomes).every((outcome) => ['done', 'true', 'lost'].includes(outcome))).toBe(true);
  console.info('Idempotency: of 24 requests cut by kill -9', outcomes);
});

/** Runs the lines that docs/API.md shows below a heading, against this Ring; what they print. */
async function runDocumented(heading: string): Promise<string> {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/API.md'), 'utf8');
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [, lines = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(section) ?? [];
  const credentials = { username: 'admin', password: 'changeme' };
  const { body } = await ring.call('POST', '/login', { body: credentials, token: null });
  const script = lines.replaceAll('localhost:3030', ring.serving().url);
  const cwd = await mkdtemp(join(tmpdir(), 'ring-docs-'));
  try {
    const env = { ...process.env, TOKEN: body.token };
    return (await promisify(execFile)('sh', ['-euc', script], { cwd, env })).stdout;
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('the lines of the documents list in parts, and change only what was read', async () => {
  for (const name of ['a', 'b', 'c']) await ring.declare(name, { image: 'ring-test:none', replicas: 0 });
  const listed = JSON.parse(await runDocumented('Lists'));
  expect(listed.map(({ id }: { id: string }) => id)).toEqual(['a', 'b', 'c', 'web']);
  await ring.declare('web', { image: 'ring-test:none', replicas: 0 });
  const changed = JSON.parse(await runDocumented('Changing only what was read'));
  expect(changed).toMatchObject({ id: 'web', replicas: 5 });
  await ring.declare('web', { image: 'ring-test:none', replicas: 0 });
});

test('what is changed only as it was read is so over the wire, and where it is required nothing else will do', async () => {
  const read = await ring.call('GET', '/deployments/web');
  const etag = read.headers.get('etag') ?? '';
  const scale = (headers: Readonly<Record<string, string>>) =>
    ring.call('PATCH', '/deployments/web', { body: { labels: { at: String(Date.now()) } }, headers });
  expect((await scale({ 'if-match': etag })).status).toBe(200);
  expect((await scale({ 'if-match': etag })).status).toBe(412);
  await ring.stop();
  await ring.start({ RING_REQUIRE_IF_MATCH: 'true' });
  expect((await scale({})).status).toBe(428);
});
