/** Configs and secrets as files in containers, on a real engine: what arrives, whose it is, and where it is not. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside, untilRunsAnew } from '../support/inspect.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const tmpfsType = 0x01021994;
const waits = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
/** Random, so that it can be looked for everywhere. */
const needle = `needle-${randomUUID()}`;

let ring: RingProcess;
let image = '';
let memory = '';

describe.runIf(isLinuxRoot())('files', () => {
  beforeAll(async () => {
    image = await ensureTestImage();
    memory = await mkdtemp('/dev/shm/ring-e2e-');
    ring = await openRingProcess({ env: { RING_RUN_DIR: memory } });
    await put('/configs/app', {
      data: JSON.stringify({ 'app.conf': 'level = 1\n', database: { port: 5432 } }),
    });
    await put('/secrets/token', { value: needle });
  });

  afterAll(async () => {
    await ring?.close();
    await rm(memory, { recursive: true, force: true });
  });

  const put = async (path: string, body: object) => {
    const answer = await ring.call('PUT', path, { body });
    expect([200, 201]).toContain(answer.status);
    return answer;
  };
  const declare = async (id: string, more: object) => {
    await ring.declare(id, { image, command: waits, stop_grace: 1, ...more });
    return ring.untilStatus(id, 'running');
  };
  const only = async (id: string) => inSlot(await ring.containers(id), 0);
  const ask = async (id: string, ...command: string[]) => inside(ring.docker, await only(id), command);
  const mountsOf = async (id: string) => (await ring.docker.getContainer(await only(id)).inspect()).Mounts;
  const config = (destination: string, key?: string) => ({ type: 'config', source: 'app', destination, key });
  const token = { type: 'secret', source: 'token', destination: '/run/secrets/token' };

  it('arrive as they are, whole or by a key, and cannot be written', async () => {
    await declare('reader', {
      volumes: [config('/etc/app.json'), config('/etc/app.conf', 'app.conf'), config('/p', 'database.port')],
    });
    expect(JSON.parse(await ask('reader', 'cat', '/etc/app.json'))).toMatchObject({
      database: { port: 5432 },
    });
    expect(await ask('reader', 'cat', '/etc/app.conf', '/p')).toBe('level = 1\n5432');
    expect(await ask('reader', 'sh', '-c', 'echo x > /etc/app.conf')).toMatch(/read-only file system/i);
    expect((await mountsOf('reader')).every(({ RW }) => !RW)).toBe(true);
  });

  it.each([
    ['nobody asked for', undefined, '0'],
    ['of a number', '1234', '1234'],
    ['of a number and a group', '1234:99', '1234'],
    ['that the image knows by name', 'nobody', '65534'],
  ])("that are secret belong to the container's user, one %s", async (_what, user, uid) => {
    const id = `owner-${uid}${user?.includes(':') ? 'g' : ''}`;
    await declare(id, { user, volumes: [token] });
    expect(await ask(id, 'stat', '-c', '%u %a', token.destination)).toBe(`${uid} 400`);
    expect(await ask(id, 'cat', token.destination)).toBe(needle);
    const source = (await mountsOf(id))[0]?.Source ?? '';
    expect((await statfs(source)).type).toBe(tmpfsType);
    await ring.call('DELETE', `/deployments/${id}`);
    await ring.untilGone(id);
    expect(await isThere(source)).toBe(false);
  });

  it('that are secret are nowhere else: not in the engine, not on disk, not in what Ring says', async () => {
    await declare('keeper', { user: 'nobody', volumes: [token] });
    expect(await ask('keeper', 'cat', token.destination)).toBe(needle);
    const inspected = await ring.docker.getContainer(await only('keeper')).inspect();
    const root = (await ring.docker.info()).DockerRootDir;
    const layers = Object.entries(inspected.GraphDriver.Data).flatMap(([name, path]) =>
      ['UpperDir', 'WorkDir'].includes(name) ? [String(path)] : [],
    );
    const places = [ring.dataDir, join(root, 'containers', inspected.Id), ...layers];
    const found = await Promise.all(places.map((place) => filesWith(needle, place)));
    expect([layers.length, found.flat()]).toEqual([2, []]);
    // What is looked for in these ways is found where it is.
    expect(await filesWith('level = 1', ring.dataDir)).not.toEqual([]);
    expect(JSON.stringify(inspected)).not.toContain(needle);
    const told = [
      await ring.read('keeper'),
      await ring.events('keeper'),
      (await ring.call('GET', '/secrets')).body,
    ];
    expect([JSON.stringify(told), ring.serving().said()].filter((text) => text.includes(needle))).toEqual([]);
  });

  it('that change roll out, and those who asked for none keep what they have', async () => {
    await put('/configs/level', { data: 'level = 1' });
    const level = { type: 'config', source: 'level', destination: '/level' };
    const update = { min_healthy_time: '1s', drain_delay: '500ms' };
    await declare('follows', { volumes: [level], update });
    await declare('stays', { volumes: [level], on_config_change: 'none' });
    const before = (await mountsOf('follows'))[0]?.Source ?? '';
    expect((await put('/configs/level', { data: 'level = 2' })).body).toMatchObject({ version: 2 });
    await ring.until('follows', ({ rollout }) => rollout?.revision === 2 && rollout.state === 'completed');
    await until(
      () => ring.containers('follows'),
      ({ length }) => length === 1,
    );
    expect([await ask('follows', 'cat', '/level'), await ask('stays', 'cat', '/level')]).toEqual([
      'level = 2',
      'level = 1',
    ]);
    await until(
      () => isThere(before),
      (there) => !there,
    );
    expect(await ring.call('DELETE', '/configs/level')).toMatchObject({
      status: 409,
      body: { code: 'CONFIG_IN_USE', error: expect.stringContaining('follows, stays') },
    });
  });

  it('are there again when a container starts after a boot of the host', async () => {
    await declare('boots', { user: 'nobody', volumes: [token, config('/etc/app.conf', 'app.conf')] });
    const id = await only('boots');
    const { StartedAt } = (await ring.docker.getContainer(id).inspect()).State;
    const source = (await mountsOf('boots')).find(
      ({ Destination }) => Destination === token.destination,
    )?.Source;
    await rm(join(source ?? '', '..'), { recursive: true });
    await ring.docker.getContainer(id).kill();
    await untilRunsAnew(ring.docker, id, StartedAt);
    expect(await ask('boots', 'cat', token.destination, '/etc/app.conf')).toBe(`${needle}level = 1`);
    await ring.untilStatus('boots', 'running');
  });

  it('that no container has are swept away when Ring starts', async () => {
    const roots = [
      join(memory, `ring-${ring.installationId}`),
      join(ring.dataDir, 'files', `ring-${ring.installationId}`),
    ];
    const ghosts = roots.map((root) => join(root, 'default_ghost_0_r1'));
    await declare('witness', { volumes: [token] });
    const kept = (await mountsOf('witness'))[0]?.Source ?? '';
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const ghost of ghosts) {
      await mkdir(ghost, { recursive: true });
      await utimes(ghost, longAgo, longAgo);
    }
    await utimes(join(kept, '..'), longAgo, longAgo);
    await ring.kill();
    await ring.start();
    await until(
      () => Promise.all(ghosts.map(isThere)),
      (there) => !there.includes(true),
    );
    expect(await isThere(kept)).toBe(true);
  });

  it('wait for a place where there is none, with the way out', async () => {
    await ring.stop();
    await ring.start({ RING_RUN_DIR: ring.dataDir });
    await ring.declare('placeless', { image, command: waits, volumes: [token] as never });
    const seen = await ring.untilStatus('placeless', 'file_system_error');
    expect(seen.status_reason).toContain('set RING_RUN_DIR to a directory of its own on a tmpfs');
    expect(await filesWith(needle, ring.dataDir)).toEqual([]);
  });
});

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The files below a directory that hold a text. */
async function filesWith(text: string, directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    paths.map(async (path) => ((await readFile(path)).includes(text) ? [path] : [])),
  );
  return found.flat();
}
