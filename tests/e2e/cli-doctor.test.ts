/** `ring doctor` on a machine with an engine: all well, and each thing that can be wrong with a way out. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../adapters/cli/doctor/finding.ts';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { sharedSocket } from '../support/docker-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

const engine = { DOCKER_HOST: `unix://${sharedSocket}` };

const examine = async (args: readonly string[], env: Readonly<Record<string, string>> = engine) => {
  const { code, stdout } = await world.run(['doctor', '-o', 'json', ...args], { env });
  const findings: readonly Finding[] = JSON.parse(stdout);
  const of = (check: string) => findings.find((one) => one.check === check);
  return { code, findings, of };
};

describe('ring doctor', () => {
  it('says of each thing that it is well, and changes nothing', async () => {
    const dataDir = join(world.folder, 'new');
    const { code, stdout } = await world.run(['doctor', '--data-dir', dataDir, '--port', '0'], {
      env: engine,
    });
    const lines = stdout.split('\n').slice(0, -1);
    const checks = lines.map((line) => /^(ok|warn|fail) +(\w+) /.exec(line)?.[2]).filter(Boolean);
    expect([code, [...new Set(checks)]]).toEqual([
      0,
      ['versions', 'settings', 'engine', 'limits', 'clock', 'data', 'key', 'memory', 'disk', 'port'],
    ]);
    expect(stdout).toMatch(/^ok +data +\S+ is made at the first start$/m);
    await expect(chmod(dataDir, 0o700)).rejects.toThrow('ENOENT');
  });

  it('knows a Ring that serves already, and its data', async () => {
    const { hostname, port } = new URL(world.ring.serving().url);
    const { code, of } = await examine([
      '--data-dir',
      world.ring.dataDir,
      '--host',
      hostname,
      '--port',
      port,
    ]);
    expect([code, of('port')?.says, of('data')?.state, of('key')?.says]).toEqual([
      0,
      `Ring serves at ${hostname}:${port}`,
      'ok',
      `${world.ring.dataDir}/secret.key is there, and nobody else can read it`,
    ]);
  });

  it('fails where another program has the port, and says how to find it', async () => {
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { code, of } = await examine(['--port', `${port}`]);
    expect([code, of('port')]).toEqual([
      1,
      {
        check: 'port',
        state: 'fail',
        says: `127.0.0.1:${port} is taken by another program`,
        way_out: `end it (ss -ltnp 'sport = :${port}'), or take another port by RING_PORT or --port`,
      },
    ]);
    await new Promise((resolve) => other.close(resolve));
  });

  it('fails without an engine, and looks at the rest all the same', async () => {
    const { code, of } = await examine(['--port', '0'], { DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    expect([code, of('engine')?.state, of('engine')?.says, of('data')?.state]).toEqual([
      1,
      'fail',
      '/nonexistent/docker.sock is not there',
      'ok',
    ]);
  });

  it('names a setting that is none', async () => {
    const { code, of } = await examine([], { RING_PROT: '1' });
    expect([code, of('settings')]).toMatchObject([
      1,
      { state: 'fail', says: 'RING_PROT is not a known setting; did you mean RING_PORT?' },
    ]);
  });

  it('sees a data directory that others can read, a damaged key, and one that is gone', async () => {
    const dataDir = join(world.folder, 'odd');
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    const look = async () => (await examine(['--data-dir', dataDir, '--port', '0'])).of;
    expect((await look())('data')).toMatchObject({ state: 'warn', way_out: `chmod 700 ${dataDir}` });
    await writeFile(join(dataDir, 'secret.key'), 'nonsense', { mode: 0o600 });
    expect((await look())('key')).toEqual({
      check: 'key',
      state: 'fail',
      says: `${dataDir}/secret.key is damaged`,
      way_out: 'restore it from a backup, what is encrypted needs it',
    });
    await writeFile(join(dataDir, 'ring.db'), '');
    await chmod(join(dataDir, 'secret.key'), 0o644);
    expect((await look())('key')?.way_out).toBe(`chmod 600 ${dataDir}/secret.key`);
  });
});
