/** `ring config`, `secret`, `namespace`, `volume`, `node` and `gc` against a real server. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

const said = (stdout: string) => ({ code: 0, stdout, stderr: '' });

describe('ring config', () => {
  it('takes contents from a file, from stdin and from the command line, and gives them back as they are', async () => {
    await writeFile(join(world.folder, 'site.conf'), 'listen 80;\n');
    expect(await world.run(['config', 'set', 'site', '-f', 'site.conf'])).toEqual(
      said('config/site created, version 1\n'),
    );
    expect(await world.run(['config', 'show', 'site'])).toEqual(said('listen 80;\n'));
    expect(await world.run(['config', 'set', 'site', '-f', '-'], { input: 'listen 81;' })).toEqual(
      said('config/site is set, version 2\n'),
    );
    expect(await world.run(['config', 'set', 'site', '-n', 'shop', '--data', 'x'])).toMatchObject({
      code: 0,
    });
    expect((await world.run(['config', 'show', 'site', '-n', 'shop'])).stdout).toBe('x');
    expect((await world.run(['config', 'list', '-n', 'default', '-o', 'name'])).stdout).toBe('config/site\n');
    expect((await world.run(['config', 'delete', 'site'])).code).toBe(0);
  });

  it('says what is missing', async () => {
    expect(await world.run(['config', 'set', 'site'])).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['config', 'set', 'site', '-f', 'nothing.conf'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: nothing.conf cannot be read: there is no such file\n',
    });
    expect((await world.run(['config', 'show', 'site'])).code).toBe(5);
  });
});

describe('ring secret', () => {
  it('takes a value from stdin, or hidden in a terminal, and never shows it', async () => {
    const set = await world.run(['secret', 'set', 'db', '--stdin'], { input: 'swordfish\n' });
    expect(set).toEqual(said('secret/db created, version 1\n'));
    const typed = [{ after: 'Value of db: ', keys: 'barracuda\r' }];
    const asked = await world.inTerminal(['secret', 'set', 'db'], typed);
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('secret/db is set, version 2')]);
    const shown = await world.run(['get', 'secret', 'db', '-o', 'yaml']);
    expect(asked.stdout + shown.stdout).not.toMatch(/swordfish|barracuda/);
    expect(await world.run(['secret', 'set', 'db'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--stdin'),
    });
  });
});

describe('ring secret list and ring secret delete', () => {
  it('list secrets by namespace, and delete them', async () => {
    const body = { value: 'swordfish' };
    for (const id of ['one', 'two', 'three.shop']) await world.ring.call('PUT', `/secrets/${id}`, { body });
    const listed = await world.run(['secret', 'list', '-n', 'default']);
    expect([listed.code, listed.stdout]).toEqual([
      0,
      expect.stringMatching(/^NAMESPACE +NAME [\s\S]*\bone\b/),
    ]);
    expect(listed.stdout).not.toMatch(/three|swordfish/);
    expect(await world.run(['secret', 'delete', 'one', 'two'])).toEqual(
      said('secret/one deleted\nsecret/two deleted\n'),
    );
    expect(await world.run(['secret', 'delete', 'three', '-n', 'shop'])).toEqual(
      said('secret/three.shop deleted\n'),
    );
    expect((await world.ring.call('GET', '/secrets/one')).status).toBe(404);
  });
});

describe('ring namespace and ring volume', () => {
  it('create a volume by a driver with options, and list it', async () => {
    const name = `ring-test-${randomUUID()}`;
    const options = ['--driver', 'local', '--opt', 'type=tmpfs', 'device=tmpfs', 'o=size=1m'];
    expect(await world.run(['volume', 'create', name, ...options, '-o', 'name'])).toEqual(
      said(`volume/${name}\n`),
    );
    expect(await world.ring.docker.getVolume(name).inspect()).toMatchObject({
      Driver: 'local',
      Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
    });
    const { code, stdout } = await world.run(['volume', 'list']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^NAME [^\\n]*\\n[\\s\\S]*${name} +local`)),
    ]);
    expect((await world.run(['volume', 'delete', name, '--yes'])).code).toBe(0);
  });

  it('create, list and delete', async () => {
    expect(await world.run(['namespace', 'create', 'lab', '-o', 'name'])).toEqual(said('namespace/lab\n'));
    expect(await world.run(['namespace', 'create', 'lab'])).toMatchObject({ code: 6, stdout: '' });
    expect((await world.run(['namespace', 'list', '-o', 'name'])).stdout).toContain('namespace/lab\n');
    expect((await world.run(['namespace', 'delete', 'lab', '--cascade', '-y'])).code).toBe(0);
    const name = `ring-test-${randomUUID()}`;
    expect(await world.run(['volume', 'create', name, '--label', 'of=test', '-o', 'name'])).toEqual(
      said(`volume/${name}\n`),
    );
    const { stdout } = await world.run(['get', 'volume', name, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ labels: { of: 'test' } });
    const yes = [{ after: 'and all data in it? [y/N] ', keys: 'y\r' }];
    expect((await world.inTerminal(['volume', 'delete', name], yes)).code).toBe(0);
    expect((await world.run(['get', 'volume', name])).code).toBe(5);
  });

  it('keep a volume when the answer is not yes', async () => {
    const name = `ring-test-${randomUUID()}`;
    await world.run(['volume', 'create', name]);
    const no = [{ after: '[y/N] ', keys: '\r' }];
    const { code, stdout } = await world.inTerminal(['volume', 'delete', name], no);
    expect([code, stdout]).toEqual([1, expect.stringContaining('Cancelled')]);
    expect((await world.run(['volume', 'delete', name, '--yes'])).code).toBe(0);
  });
});

describe('ring node and ring gc', () => {
  it('show the machine, and what would go or went', async () => {
    const node = await world.run(['node', '-o', 'json']);
    expect(JSON.parse(node.stdout)).toMatchObject({
      docker_version: expect.any(String),
      cpu_count: expect.any(Number),
    });
    const preview = await world.run(['gc', '--dry-run', '-o', 'json']);
    expect([preview.code, JSON.parse(preview.stdout)]).toEqual([0, expect.objectContaining({ due: [] })]);
    expect(await world.run(['gc'])).toMatchObject({ code: 0, stderr: expect.stringContaining(' removed (') });
  });
});
