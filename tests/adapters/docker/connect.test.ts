import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { negotiate } from '../../../adapters/docker/connect.ts';
import { openDocker } from '../../../adapters/docker/open-docker.ts';
import { silentLog } from '../../support/silent-log.ts';
import { until } from '../../support/until.ts';
import { type Answer, breakAfter, cut, hang, json, refusal, stall, startStubEngine } from './stub-engine.ts';

const list = /^GET \/containers\/json$/;
const ping = /^GET \/_ping$/;

describe('a connection', () => {
  it.each([
    ['1.41', '1.12', '1.41'],
    ['1.43', '1.24', '1.43'],
    ['1.52', '1.44', '1.44'],
  ])('speaks %s down to %s as %s', (newest, oldest, spoken) => {
    expect(negotiate({ newest, oldest })).toBe(spoken);
  });

  it.each([
    ['1.40', '1.12'],
    ['1.60', '1.45'],
    ['', ''],
  ])('refuses an engine that speaks %s down to %s, and says what it needs', (newest, oldest) => {
    expect(() => negotiate({ newest, oldest })).toThrow('Ring needs one that speaks 1.41 to 1.44');
  });

  it('asks for the version once, and speaks it in every call', async () => {
    const { runtime, raw } = await startStubEngine([[list, () => json([])]]);
    await Promise.all([runtime.observe(), runtime.observe()]);
    expect(raw).toEqual(['/version', '/v1.41/info', '/v1.41/containers/json', '/v1.41/containers/json']);
  });

  it('asks again after it was lost, and speaks with whoever answers now', async () => {
    const { runtime, raw, answer } = await startStubEngine([[list, () => cut]]);
    await expect(runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
    answer(
      [list, () => json([])],
      [/^GET \/version$/, () => json({ Version: '29.0.0', ApiVersion: '1.52', MinAPIVersion: '1.44' })],
    );
    await runtime.observe();
    expect(raw.slice(-3)).toEqual(['/version', '/v1.44/info', '/v1.44/containers/json']);
  });

  it('refuses an engine that is too old with a line for the operator', async () => {
    const old = { Version: '18.09', ApiVersion: '1.39', MinAPIVersion: '1.12' };
    const { runtime } = await startStubEngine([[/^GET \/version$/, () => json(old)]]);
    await expect(runtime.ping()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('this engine speaks API 1.12 to 1.39'),
    });
  });

  it.each([
    ['hangs', hang],
    ['closes the connection', cut],
    ['answers nonsense', refusal(500, 'panic')],
    [
      'begins an answer and stops',
      (response: import('node:http').ServerResponse) => void response.writeHead(200).write('['),
    ],
  ])('is unavailable while the engine %s', async (_, answer) => {
    const { runtime } = await startStubEngine([
      [list, () => answer],
      [ping, () => answer],
    ]);
    await expect(runtime.ping()).rejects.toMatchObject({ name: 'RuntimeError', kind: 'unavailable' });
    await expect(runtime.observe()).rejects.toMatchObject({ name: 'RuntimeError', kind: 'unavailable' });
  });

  it('is unavailable as soon as an answer breaks off, long before the deadline', async () => {
    const { runtime } = await startStubEngine([[list, () => breakAfter('[{"Id":')]], {
      callTimeoutMs: 600_000,
    });
    await expect(runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is not cut by the timeout that DOCKER_CLIENT_TIMEOUT sets for other clients', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    vi.stubEnv('DOCKER_CLIENT_TIMEOUT', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const late: Answer = (response) =>
      void setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'), 50);
    const { runtime } = await startStubEngine([[list, () => late]]);
    expect(await runtime.observe()).toEqual([]);
  });

  it('is unavailable where nobody listens', async () => {
    const address = { socketPath: '/nowhere/engine.sock' };
    const runtime = openDocker({ installationId: 'i1', address, log: silentLog });
    await expect(runtime.facts()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('ends what is under way when it is closed', async () => {
    const { runtime } = await startStubEngine([[list, () => hang]], { callTimeoutMs: 60_000 });
    const looking = runtime.observe();
    const ended = expect(looking).rejects.toMatchObject({ kind: 'unavailable' });
    setImmediate(() => runtime.close());
    await ended;
    await expect(runtime.ping()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('ends the streams that are open when it is closed', async () => {
    const { runtime, requests } = await startStubEngine([
      [/^GET \/events$/, () => stall('')],
      [ping, () => json('OK')],
    ]);
    const listening = (async () => {
      for await (const event of runtime.events(new AbortController().signal)) expect(event).toBe('none');
    })();
    const ended = expect(listening).rejects.toMatchObject({ kind: 'unavailable' });
    await until(
      () => requests,
      (lines) => lines.includes('GET /events'),
    );
    runtime.close();
    await ended;
  });

  it('reaches an engine over TCP, and goes where it is told whatever the environment says', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    const { runtime, socketPath } = await startStubEngine([[ping, () => json('OK')]]);
    const door = createServer((socket) => void socket.pipe(connect(socketPath)).pipe(socket));
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const at = door.address();
    const port = typeof at === 'object' && at ? at.port : 0;
    const address = { host: '127.0.0.1', port, protocol: 'http' } as const;
    const remote = openDocker({ installationId: 'i1', address, log: silentLog });
    onTestFinished(() => {
      vi.unstubAllEnvs();
      remote.close();
      door.close();
    });
    await Promise.all([runtime.ping(), remote.ping()]);
  });
});
