/** The command as a shell sees it: lines, exit codes, signals. The engine is down in all of these. */

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../adapters/knex/store.ts';
import { makeDescribedFetch } from '../../support/described.ts';
import { makeRingCommand, type RingCommand } from '../../support/ring-command.ts';
import { until } from '../../support/until.ts';
import { runToEnd, type Served, serveOn } from './command.ts';

let command: RingCommand;
let folder = '';
let dataDir = '';
const serving: Served[] = [];

beforeAll(async () => {
  command = await makeRingCommand();
});
afterAll(() => command.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-cli-'));
  dataDir = join(folder, 'data');
});
afterEach(async () => {
  await Promise.all(serving.splice(0).map((server) => server.end('SIGKILL')));
  await rm(folder, { recursive: true });
});

/** Like fetch; a reply that is not as the API's document says fails the test. */
const ask = makeDescribedFetch();

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runToEnd(command, args, { RING_DATA_DIR: dataDir, ...env });

const serve = async (env: Record<string, string> = {}): Promise<Served> => {
  const served = await serveOn(command, dataDir, env);
  serving.push(served);
  return served;
};

const logIn = async ({ url }: Served, password: string): Promise<Response> =>
  ask(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });

describe('ring', () => {
  it('says what it can do and which version it is', async () => {
    const help = await run(['--help']);
    expect([help.code, help.stdout]).toEqual([
      0,
      expect.stringMatching(/serve[\s\S]*reconcile[\s\S]*version/),
    ]);
    expect(await run(['version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('refuses what it does not know', async () => {
    expect(await run(['sevre'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean serve?'),
    });
    expect(await run(['serve', '--prot', '1'])).toMatchObject({ code: 1 });
  });
});

describe('ring serve', () => {
  it('names every wrong setting in a line of its own and does not start', async () => {
    expect(await run(['serve', '--port', 'x'], { RING_HSOT: 'a' })).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'ring: RING_HSOT is not a known setting; did you mean RING_HOST?',
        'ring: RING_PORT must be a whole number from 0 to 65535, not "x"',
        '',
      ].join('\n'),
    });
  });

  it('says in one line that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await run(['serve', '--port', `${port}`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `ring: Cannot listen on 127.0.0.1:${port}: the port is in use. Choose another by --port or RING_PORT\n`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('says in one line that the data directory cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file/data'), '/proc/ring/data']) {
      const { code, stderr } = await run(['serve'], { RING_DATA_DIR: path });
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^ring: The data directory \S+ cannot be used: [^\n]+\n$/),
      ]);
    }
  });

  it('says in one line that the directory of the database cannot be used', async () => {
    const database = { RING_DATA_DIR: folder, RING_DATABASE_URL: 'sqlite:/proc/ring/deep/ring.db' };
    expect(await run(['serve'], database)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ring: The directory of the database \S+ cannot be used: [^\n]+\n$/),
    });
  });

  it('answers though the engine is down, and warns of the password that everybody knows', async () => {
    const served = await serve();
    expect((await ask(`${served.url}/healthz`)).status).toBe(200);
    expect(await (await ask(`${served.url}/readyz`)).json()).toMatchObject({
      database: 'UP',
      engine: 'DOWN',
    });
    expect((await logIn(served, 'changeme')).status).toBe(200);
    await until(served.said, (said) => said.includes('still "changeme"'));
  });

  it('keeps to this machine while the password is the one that everybody knows', async () => {
    const refused = {
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^ring: Not listening on 0\.0\.0\.0: [^\n]*"changeme"[^\n]*\n$/),
    };
    expect(await run(['serve', '--host', '0.0.0.0', '--port', '0'])).toEqual(refused);
    const set = { RING_ADMIN_PASSWORD: 'changeme' };
    expect(await run(['serve', '--host', '0.0.0.0', '--port', '0'], set)).toEqual(refused);
  });

  it('answers to no name but localhost until the default password is changed', async () => {
    const served = await serve();
    const ask = async () => {
      const request = get(`${served.url}/healthz`, { headers: { host: 'evil.example' } });
      const [response] = await once(request, 'response');
      response.resume();
      return response.statusCode;
    };
    expect(await ask()).toBe(403);
    const { token } = await (await logIn(served, 'changeme')).json();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ password: 'swordfish' });
    expect((await fetch(`${served.url}/users/1`, { method: 'PUT', headers, body })).status).toBe(200);
    expect(await ask()).toBe(200);
  });

  it('listens wider once another password is set, which takes the place of the default', async () => {
    await (await serve()).end('SIGTERM');
    const served = await serve({ RING_ADMIN_PASSWORD: 'swordfish', RING_HOST: '0.0.0.0' });
    const statuses = await Promise.all(
      ['changeme', 'swordfish'].map(async (password) => (await logIn(served, password)).status),
    );
    expect(statuses).toEqual([401, 200]);
    await served.end('SIGTERM');
    // The setting is for the default only: a password that a user chose stays.
    const again = await serve({ RING_ADMIN_PASSWORD: 'another-one', RING_HOST: '0.0.0.0' });
    expect((await logIn(again, 'swordfish')).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends by %s with a stream open, in order', async (signal) => {
    const served = await serve();
    const { token } = await (await logIn(served, 'changeme')).json();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'web', image: 'app:1', replicas: 0 });
    await ask(`${served.url}/deployments`, { method: 'POST', headers, body });
    const stream = await ask(`${served.url}/deployments/web/logs?follow=true`, { headers });
    const reader = stream.body?.getReader();
    await reader?.read();
    const before = performance.now();
    const { code, stderr } = await served.end(signal);
    expect([code, performance.now() - before < 10_000]).toEqual([0, true]);
    expect(stderr).toContain('"msg":"ending"');
  });

  it('writes no secret and no stack into its log', async () => {
    const served = await serve({ RING_ADMIN_PASSWORD: 'swordfish', RING_LOG_LEVEL: 'debug' });
    const { token } = await (await logIn(served, 'swordfish')).json();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'web', image: 'app:1', secrets: { KEY: 'barracuda' } });
    await ask(`${served.url}/deployments`, { method: 'POST', headers, body });
    await ask(`${served.url}/node/get`, { headers });
    const { stdout, stderr } = await served.end('SIGTERM');
    expect(stdout + stderr).not.toMatch(
      new RegExp(`swordfish|barracuda|${token}| {4}at |insert into|select `),
    );
  });
});

describe('ring reconcile', () => {
  it('exits with 2 and says unknown when the engine cannot be seen', async () => {
    expect(await run(['reconcile', '--json', '--log-level', 'silent'])).toEqual({
      code: 2,
      stdout: expect.stringMatching(/^\{"state":"unknown",[^\n]*\}\n$/),
      stderr: '',
    });
  });

  it('exits with 3 while another process holds the lease', async () => {
    await run(['reconcile']);
    const store = await openStore({ filename: join(dataDir, 'ring.db') });
    const lease = await store.reconciler.acquireLease(60_000);
    expect(await run(['reconcile', '--json'])).toEqual({
      code: 3,
      stdout: '{"state":"busy","code":"RECONCILER_BUSY"}\n',
      stderr: '',
    });
    expect(await run(['reconcile'])).toMatchObject({
      code: 3,
      stdout: 'busy: another process is reconciling\n',
    });
    if (lease) await store.reconciler.releaseLease(lease);
    await store.close();
    expect((await run(['reconcile'])).code).toBe(2);
  });

  it('exits with 1 and says why when it fails', async () => {
    await writeFile(join(folder, 'file'), '');
    const env = { RING_DATA_DIR: join(folder, 'file') };
    const why = expect.stringMatching(/^The data directory \S+ cannot be used: .+$/);
    const plain = await run(['reconcile'], env);
    expect([plain.code, plain.stdout, plain.stderr.startsWith('ring: The data directory')]).toEqual([
      1,
      '',
      true,
    ]);
    const told = await run(['reconcile', '--json'], env);
    expect([told.code, JSON.parse(told.stdout), told.stderr]).toEqual([
      1,
      { state: 'failed', error: why },
      '',
    ]);
  });
});
