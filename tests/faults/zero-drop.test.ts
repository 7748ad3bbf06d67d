/**
 * Zero dropped requests: clients in its network call a service all the while, as it is rolled out twenty times (once
 * to a version that does not come up), restarted and scaled up and down. Every request must be answered.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureNodeImage, nodePath } from '../support/node-image.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const programs = resolve(import.meta.dirname, 'programs');
const rollouts = 20;
const badRollout = 10;
const namespace = 'zero-drop';
let ring: RingProcess;
let image = '';
let out = '';

/** What one kind of client met with. */
interface Count {
  readonly answered: number;
  readonly failed: number;
  readonly hung: number;
  readonly slowestMs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly revisions: Readonly<Record<string, number>>;
}

interface Account {
  readonly fresh: Count;
  readonly kept: Count;
  readonly isOver: boolean;
}

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  out = await mkdtemp(join(tmpdir(), 'ring-zero-drop-'));
  ring = await openRingProcess();
  image = await ensureNodeImage(ring.docker);
});

afterAll(async () => {
  await ring?.close();
  if (out !== '') await rm(out, { recursive: true });
});

const service = (revision: number | string, more: Readonly<Record<string, string>> = {}) => ({
  image,
  namespace,
  replicas: 3,
  command: [nodePath, '/app/server.mjs'],
  volumes: [`${programs}:/app:ro`],
  environment: { REVISION: String(revision), ...more },
  stop_grace: '10s',
  health_checks: [{ type: 'http' as const, port: 8080, interval: '1s', timeout: '1s', readiness: true }],
  update: { parallelism: 2, min_healthy_time: '500ms', drain_delay: '2s' },
});

const account = async (): Promise<Account | null> => {
  const text = await readFile(join(out, 'account.json'), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
};

const untilRollout = (state: 'completed' | 'rolled_back', revision: number) =>
  ring.until('web', ({ rollout }) => rollout?.state === state && rollout.revision === revision, {
    what: `rollout ${revision} being ${state}`,
    withinMs: 60_000,
  });

const untilReady = (replicas: number) =>
  ring.until('web', (seen) => seen.ready_replicas === replicas && seen.instances.length === replicas);

const rollOut = async (revision: number, isBad: boolean) => {
  await ring.declare('web', service(revision, isBad ? { FAILS: 'yes' } : {}));
  await untilRollout(isBad ? 'rolled_back' : 'completed', revision);
  expect((await ring.read('web')).status).toBe('running');
};

const scaleDownAndUp = async () => {
  for (const replicas of [1, 3]) {
    await ring.call('PATCH', '/deployments/web', { body: { replicas } });
    await untilReady(replicas);
  }
};

describe.runIf(isLinuxRoot())('clients that call all the while', () => {
  test('are always answered, over rollouts, a bad one among them, restarts and scalings', async () => {
    await ring.declare('web', service(1));
    await ring.untilStatus('web', 'running');
    await untilReady(3);
    await ring.declare('load', {
      image,
      namespace,
      command: [nodePath, '/app/load.mjs', 'http://web:8080/'],
      volumes: [`${programs}:/app:ro`, `${out}:/out`],
    });
    const answered = async () => (await account())?.kept.answered ?? 0;
    await until(answered, (count) => count > 100, { what: 'the first hundred requests' });

    for (let rollout = 1; rollout <= rollouts; rollout += 1) {
      await rollOut(rollout + 1, rollout === badRollout);
      if (rollout % 7 === 0) await scaleDownAndUp();
    }
    expect((await ring.call('POST', '/deployments/web/restart')).status).toBe(200);
    await untilRollout('completed', rollouts + 2);

    await writeFile(join(out, 'stop'), '');
    const found = await until(account, (seen) => seen?.isOver === true, {
      what: 'the account of the clients',
    });
    const lines = inWords(found);
    console.log(lines.join('\n'));
    await mkdir('.cache', { recursive: true });
    await writeFile('.cache/zero-drop.txt', `${lines.join('\n')}\n`);
    // Every version that came up answered somebody: the clients saw all of it.
    const all = { failed: 0, hung: 0, faults: {}, versions: rollouts };
    expect([found?.fresh, found?.kept].map(judged)).toEqual([all, all]);
  }, 1_200_000);
});

const judged = (count?: Count) =>
  count && {
    failed: count.failed,
    hung: count.hung,
    faults: count.faults,
    versions: Object.keys(count.revisions).length,
  };

const inWords = (found: Account | null): string[] =>
  (['fresh', 'kept'] as const).map((kind) => {
    const { answered = 0, failed = 0, hung = 0, slowestMs = 0, faults = {} } = found?.[kind] ?? {};
    const name = kind === 'fresh' ? 'a connection for each request' : 'connections that are kept';
    const asked = answered + failed + hung;
    return `zero-drop, ${name}: ${failed} failed and ${hung} hung of ${asked} ${JSON.stringify(faults)}, slowest ${slowestMs} ms`;
  });
