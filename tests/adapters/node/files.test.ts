/** Files of containers on this host: what the contract says, and what only a real file system can show. */
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFiles, makeNoFiles } from '../../../adapters/node/files.ts';
import type { FileMount } from '../../../core/runtime.ts';
import { type FilesWorld, filesContract } from '../../contracts/files.ts';
import { makeFakeFiles } from '../../support/fake-files.ts';
import { isLinuxRoot } from '../../support/privilege.ts';

const secret = { kind: 'secret', destination: '/token', content: 'hunter2' } as const;
const config = { kind: 'config', destination: '/app.conf', content: 'a' } as const;
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const openFake = async (): Promise<FilesWorld> => {
  const files = makeFakeFiles();
  const find = ({ source, destination }: FileMount) => {
    const [, , , containerName = ''] = source.split('/');
    return files.peek(containerName).find((file) => file.destination === destination);
  };
  return {
    files,
    async look(mount) {
      const found = find(mount);
      if (!found) throw new Error('There is no such file');
      return { content: found.content, mode: found.mode, uid: found.owner.uid };
    },
    isThere: async (mount) => find(mount) !== undefined,
    reboot: async () => files.reboot(),
    age: async () => files.age(),
    close: async () => undefined,
  };
};

describe('in memory', () => filesContract('files', openFake));

describe.skipIf(process.platform !== 'linux')('on this host', () => {
  let memory: string;
  let disk: string;
  const installationId = 'test-1';
  const own = `ring-${installationId}`;
  const open = (runDir: string | null = memory) => makeFiles({ installationId, dataDir: disk, runDir });
  const kindOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      ({ kind, message }) => `${kind}: ${message}`,
    );
  beforeEach(async () => {
    memory = await mkdtemp('/dev/shm/ring-test-');
    disk = await mkdtemp(join(tmpdir(), 'ring-test-'));
  });
  afterEach(async () => {
    await rm(memory, { recursive: true, force: true });
    await rm(disk, { recursive: true, force: true });
  });
  const containersIn = async (root: string) => (await readdir(root)).map((name) => join(root, name));

  filesContract('files', async () => ({
    files: open(),
    async look({ source }) {
      const [content, { mode, uid }] = [await readFile(source, 'utf8'), await stat(source)];
      return { content, mode: mode & 0o7777, uid };
    },
    isThere: ({ source }) => isThere(source),
    reboot: async () => rm(join(memory, own), { recursive: true }),
    async age() {
      const roots = [join(memory, own), join(disk, 'files', own)];
      const long = new Date(Date.now() - 3_600_000);
      for (const path of (await Promise.all(roots.map(containersIn))).flat()) await utimes(path, long, long);
    },
    close: async () => undefined,
  }));

  it('keeps secrets in directories that nobody else can enter, and leaves no draft behind', async () => {
    const [mount] = await open().place('web_0', [secret]);
    const directory = dirname(mount?.source ?? '');
    const paths = [directory, dirname(directory)];
    const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o7777));
    expect([modes, await readdir(directory)]).toEqual([
      [0o700, 0o700],
      [expect.stringMatching(/^[0-9a-f]{16}$/)],
    ]);
    expect(directory).toBe(join(memory, own, 'web_0'));
  });

  it('puts configs into the data directory', async () => {
    const [mount] = await open().place('web_0', [config]);
    expect(dirname(mount?.source ?? '')).toBe(join(disk, 'files', own, 'web_0'));
  });

  it('writes no secret to a disk, and says what to do', async () => {
    const refused = await kindOf(open(disk).place('web_0', [secret]));
    expect(refused).toBe(
      `file_system: No place for secret files: ${disk} is not a tmpfs: set RING_RUN_DIR to a directory of its own on a tmpfs`,
    );
    expect(await readdir(disk)).toEqual([]);
  });

  it('finds a tmpfs by itself', async () => {
    const files = open(null);
    const [mount] = await files.place('web_0', [secret]);
    await files.remove('web_0');
    await rm(dirname(dirname(mount?.source ?? '')), { recursive: true });
    expect(mount?.source).toMatch(/^\/(run|dev\/shm)\/ring-test-1\/web_0\//);
  });

  it.each([
    [
      'that others can enter',
      async (path: string) => chmod(await made(path), 0o755),
      /is open to others: chmod 700/,
    ],
    ['that is a link', (path: string) => symlink(tmpdir(), path), /is not a directory/],
  ])('trusts no directory %s', async (_what, prepare, why) => {
    await prepare(join(memory, own));
    expect(await kindOf(open().place('web_0', [secret]))).toMatch(why);
  });

  it.each(['..', '../web_0', '.', '', 'a/b', '/etc'])(
    'takes no container by the name of %j',
    async (name) => {
      const files = open();
      await files.place('web_0', [secret, config]);
      expect(await kindOf(files.place(name, [secret]))).toMatch(/^file_system: .* is not a container name/);
      expect(await kindOf(files.remove(name))).toMatch(/is not a container name/);
      expect(await files.missing('web_0', [secret, config])).toEqual([]);
    },
  );

  it.runIf(isLinuxRoot())('gives secrets to the user of the container, and configs to nobody', async () => {
    const files = open();
    const [first, second] = await files.place('web_0', [secret, config]);
    await files.own('web_0', { uid: 1234, gid: 99 });
    await files.own('web_0', { uid: 1234, gid: 99 });
    const of = async (mount: FileMount | undefined) => {
      const { uid, gid, mode } = await lstat(mount?.source ?? '');
      return [uid, gid, mode & 0o7777];
    };
    expect([await of(first), await of(second)]).toEqual([
      [1234, 99, 0o400],
      [0, 0, 0o444],
    ]);
  });

  it('leaves alone what another installation has there', async () => {
    const other = makeFiles({ installationId: 'test-2', dataDir: disk, runDir: memory });
    const [mount] = await other.place('web_0', [secret]);
    const long = new Date(0);
    await utimes(dirname(mount?.source ?? ''), long, long);
    await open().place('web_1', [secret]);
    await open().remove('web_0');
    expect([await open().sweep(new Set()), await isThere(mount?.source ?? '')]).toEqual([0, true]);
  });
});

it('places nothing where the engine is on another host', async () => {
  const files = makeNoFiles('tcp://10.0.0.5:2376');
  await expect(files.place('web_0', [config])).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('tcp://10.0.0.5:2376 is on another host'),
  });
  expect([await files.missing('web_0', [config]), await files.sweep(new Set())]).toEqual([[config], 0]);
});

const made = async (path: string) => {
  await mkdir(path);
  return path;
};
