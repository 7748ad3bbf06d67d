/** `ring login`, `logout`, `context` and `user` against a real server, partly in a terminal of their own. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
let url = '';
beforeAll(async () => {
  world = await openCommandWorld();
  url = world.url;
});
afterAll(() => world.close());
beforeEach(() => rm(dirname(world.contextsPath), { recursive: true, force: true }));

// As somebody who has set nothing.
const bare = { RING_URL: '', RING_TOKEN: '' };
const run = (args: readonly string[], input = '') => world.run(args, { env: bare, input });
const logIn = () => run(['login', url, '--password-stdin'], 'changeme\n');
const contexts = async () => JSON.parse(await readFile(world.contextsPath, 'utf8'));

describe('ring login', () => {
  it('keeps the token in a file that only its owner reads, and is used from then on', async () => {
    expect(await logIn()).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^Logged in to \S+ as admin, until \S+Z\. The context is local\.\n$/),
    });
    const modes = await Promise.all(
      [world.contextsPath, dirname(world.contextsPath)].map((path) => stat(path)),
    );
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o700]);
    expect(await readdir(dirname(world.contextsPath))).toEqual(['contexts.json']);
    expect(await run(['user', 'whoami', '-o', 'name'])).toMatchObject({ code: 0, stdout: 'user/admin\n' });
  });

  it('asks in a terminal, and shows no letter of the password', async () => {
    const typed = [
      { after: 'Username [admin]: ', keys: '\r' },
      { after: 'Password of admin', keys: 'changeme\r' },
    ];
    const { code, stdout } = await world.inTerminal(['login', url], typed, { env: bare });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Logged in to')]);
    expect(stdout).not.toContain('changeme');
  });

  it('ends by Ctrl-C at the question, with 130 and without a token', async () => {
    const typed = [{ after: 'Password of admin', keys: '\u0003' }];
    const { code } = await world.inTerminal(['login', url, '-u', 'admin'], typed, { env: bare });
    expect(code).toBe(130);
    await expect(contexts()).rejects.toThrow('ENOENT');
  });

  it('says what is wrong: the password, the URL, nobody to ask, nobody there', async () => {
    expect(await run(['login', url, '--password-stdin'], 'swordfish')).toMatchObject({ code: 4, stdout: '' });
    expect(await run(['login', 'somewhere', '--password-stdin'], 'changeme')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: "somewhere" is not the URL of a server: write it like http://127.0.0.1:3030\n',
    });
    expect(await run(['login', url])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: Not a terminal, so nothing can be asked: hand it in by --password-stdin\n',
    });
    expect(await run(['get', '--url', 'http://127.0.0.1:1'])).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^ring: http:\/\/127\.0\.0\.1:1 does not answer: [^\n]*`ring serve`[^\n]*\n$/,
      ),
    });
  });

  it('says how to log in when there is no token, or one that has ended', async () => {
    const refused = {
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^ring: [^\n]*`ring login`[^\n]*\n$/),
    };
    expect(await run(['get', '--url', url])).toEqual(refused);
    expect(await world.run(['get'], { env: { RING_TOKEN: 'nonsense' } })).toEqual(refused);
  });

  it('is undone by a logout, which ends the token on the server too', async () => {
    await logIn();
    const { token } = (await contexts()).contexts.local;
    expect((await run(['logout'])).code).toBe(0);
    expect((await contexts()).contexts).toEqual({ local: { url, username: 'admin' } });
    expect((await run(['get'])).code).toBe(4);
    expect((await world.run(['get'], { env: { RING_TOKEN: token } })).code).toBe(4);
  });
});

describe('ring context', () => {
  it('keeps servers by name, and asks the one that is used or named', async () => {
    await logIn();
    expect((await run(['context', 'set', 'away', '--url', 'http://127.0.0.1:1'])).code).toBe(0);
    const { stdout } = await run(['context', 'list', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'local',
        current: true,
        url,
        username: 'admin',
        expires_at: expect.any(String),
        logged_in: true,
      },
      { name: 'away', current: false, url: 'http://127.0.0.1:1', logged_in: false },
    ]);
    expect((await run(['get', '--context', 'away'])).code).toBe(3);
    expect((await run(['context', 'use', 'away'])).code).toBe(0);
    expect((await run(['get'])).code).toBe(3);
    expect((await world.run(['get'], { env: { ...bare, RING_CONTEXT: 'local' } })).code).toBe(0);
    expect((await run(['context', 'remove', 'away'])).code).toBe(0);
    expect(await run(['get', '--context', 'away'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: There is no context away: there are local\n',
    });
  });
});

describe('ring user', () => {
  it('creates users, changes them and deletes them', async () => {
    const created = await world.run(
      ['user', 'create', 'eve', '--role', 'viewer', '--password-stdin', '-o', 'json'],
      {
        input: 'correct horse\n',
      },
    );
    expect([created.code, JSON.parse(created.stdout)]).toEqual([
      0,
      expect.objectContaining({ username: 'eve', role: 'viewer' }),
    ]);
    expect(await world.run(['user', 'role', 'eve', 'editor'])).toMatchObject({
      stdout: 'user/eve is an editor now\n',
    });
    const changed = await world.run(['user', 'password', 'eve', '--password-stdin'], {
      input: 'battery staple',
    });
    expect(changed.code).toBe(0);
    expect((await run(['login', url, '-u', 'eve', '--password-stdin'], 'battery staple')).code).toBe(0);
    expect(await run(['user', 'list'])).toMatchObject({ code: 4, stderr: expect.stringContaining('whoami') });
    expect((await world.run(['user', 'list', '-o', 'name'])).stdout).toBe('user/admin\nuser/eve\n');
    expect(await world.run(['user', 'delete', 'eve'])).toMatchObject({
      code: 0,
      stdout: 'user/eve deleted\n',
    });
    expect((await world.run(['user', 'delete', 'eve'])).code).toBe(5);
  });

  it('asks for a new password twice, hidden', async () => {
    const typed = [
      { after: 'New password of dan', keys: 'correct horse\r' },
      { after: 'Repeat the password', keys: 'correct hoarse\r' },
    ];
    const { code, stdout } = await world.inTerminal(['user', 'create', 'dan'], typed);
    expect([code, stdout]).toEqual([1, expect.stringContaining('The passwords differ: nothing was changed')]);
    expect(stdout).not.toContain('horse');
  });
});
