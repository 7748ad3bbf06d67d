/** Every example runs as it stands, on the built package, and does what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeDescribedFetch } from '../support/described.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../..');
const command = `${process.execPath} ${join(root, 'dist/cli.js')}`;

beforeAll(() => {
  if (!existsSync(join(root, 'dist/ring.js'))) throw new Error('The examples use dist/: npm run build first');
});

let folder = '';
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-example-'));
});
afterEach(async () => {
  for (const { pid, exitCode } of running.splice(0)) {
    // The whole group: a shell's server is not to outlive a test that failed.
    if (pid && exitCode === null) process.kill(-pid, 'SIGKILL');
  }
  await rm(folder, { recursive: true });
});

function start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RING_'));
  const child = spawn(program, args, {
    cwd: root,
    env: { ...Object.fromEntries(inherited), PORT: '0', RING_DATA_DIR: join(folder, 'data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]): number | null => code);
  return { child, ended, said: () => said };
}

/** Starts an example that listens, and waits for the address it names. */
async function listening(file: string) {
  const example = start(process.execPath, [join('examples', file)]);
  const url = await until(
    () =>
      /at (http:\S+)/.exec(example.said())?.[1] ?? (example.child.exitCode === null ? '' : example.said()),
    (found) => found !== '',
  );
  if (!url.startsWith('http')) throw new Error(`${file} ended: ${url}`);
  return { ...example, url };
}

interface Answer {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
}

const [atRoot, belowBase] = [makeDescribedFetch(), makeDescribedFetch('/ring')];

/** Like fetch, where Ring answers; a reply that is not as the API's document says fails the test. */
const ask: typeof atRoot = (url, init) =>
  (new URL(url).pathname.startsWith('/ring/') ? belowBase : atRoot)(url, init);

/** GETs, or POSTs a body. */
async function call(url: string, token = '', body?: unknown): Promise<Answer> {
  const reply = await ask(url, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: reply.status, body: await reply.json() };
}

const logIn = async (url: string): Promise<string> =>
  (await call(`${url}/login`, '', { username: 'admin', password: 'changeme' })).body.token;

describe.each(['node-http', 'express', 'fastify', 'koa', 'hono'])('embedded in %s', (host) => {
  it('answers below its base path, and leaves the rest to its host', async () => {
    const { url, child, ended } = await listening(`embed-${host}.mjs`);
    expect(await (await fetch(new URL('/', url))).text()).toBe('my own application\n');
    expect(await call(`${url}/healthz`)).toEqual({ status: 200, body: { state: 'UP' } });
    const token = await logIn(url);
    const deployments = `${url}/deployments`;
    expect(await call(deployments)).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(await call(deployments, token)).toEqual({ status: 200, body: [] });
    expect(await call(deployments, token, { name: 'No Name' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', errors: [{ pointer: '/name' }, { pointer: '/image' }] },
    });
    for (const [name, namespace] of [
      ['web', 'one'],
      ['api', 'two'],
      ['job', 'three'],
    ]) {
      const draft = { name, namespace, image: 'app:1', replicas: 0 };
      expect((await call(deployments, token, draft)).status).toBe(201);
    }
    const { body } = await call(`${deployments}?namespace[]=one&namespace[]=two`, token);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(['api', 'web']);
    const headers = { authorization: `Bearer ${token}` };
    expect((await ask(`${deployments}/web`, { method: 'DELETE', headers })).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

it('single endpoints answer among routes of another', async () => {
  const { url, child, ended } = await listening('single-endpoint.mjs');
  expect(await (await fetch(`${url}/users`)).text()).toBe('my own application\n');
  const token = await logIn(url);
  expect(await call(`${url}/deployments`, token)).toEqual({ status: 200, body: [] });
  expect((await call(`${url}/deployments`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

it('standalone, it serves and declares what a file says, and declares it again to no effect', async () => {
  const draft = join(folder, 'web.json');
  await writeFile(draft, JSON.stringify({ name: 'web', image: 'app:1', replicas: 0 }, null, 2));
  for (let round = 0; round < 2; round += 1) {
    const port = String(await freePort());
    const env = { RING: command, PORT: port };
    const { child, ended, said } = start('sh', ['examples/standalone.sh', draft], env);
    await until(said, (text) => text.includes('[{"id":"web"') && text.includes('"revision":1'));
    child.kill('SIGTERM');
    await ended;
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  }
});

it('by cron, it reconciles once and says how it went', async () => {
  const { ended, said } = start('sh', ['examples/cron.sh'], { RING: command });
  expect([await ended, JSON.parse(said())]).toEqual([
    0,
    expect.objectContaining({ state: 'converged', deployments: 0, actions: 0 }),
  ]);
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
