import { describe, expect, it } from 'vitest';
import { makeAuthenticate } from '../../../core/access/authenticate.ts';
import { changeUser } from '../../../core/access/change-user.ts';
import { createUser } from '../../../core/access/create-user.ts';
import { firstUser } from '../../../core/access/first-user.ts';
import { login } from '../../../core/access/login.ts';
import { makeLoginLimit } from '../../../core/access/login-limit.ts';
import { logout } from '../../../core/access/logout.ts';
import { hasScope } from '../../../core/access/scope.ts';
import type { Passwords } from '../../../core/access/security.ts';
import { roles } from '../../../core/access/user.ts';
import type { Cache } from '../../../core/ports.ts';
import { makeFakePasswords, makeFakeTokens } from '../../support/api-world.ts';
import { aCaller } from '../../support/builders.ts';
import { type FakeStore, makeFakeStore } from '../../support/fake-store.ts';

const now = () => Date.parse('2024-01-15T10:30:00.000Z');
const clock = { now, sleep: async () => undefined };

const makeWorld = (store: FakeStore = makeFakeStore({ now })) => {
  const passwords = makeFakePasswords();
  const tokens = makeFakeTokens(now);
  const { users, revocations } = store.stores;
  const loginLimit = makeLoginLimit(clock);
  const { write, cache } = store;
  return { store, write, passwords, tokens, clock, users, revocations, cache, loginLimit };
};

describe('roles', () => {
  it('each include the one before', () => {
    const scopes = ['public', 'self', 'read', 'write', 'admin'] as const;
    const granted = roles.map((role) => [role, scopes.filter((scope) => hasScope(role, scope))]);
    expect(Object.fromEntries(granted)).toEqual({
      viewer: ['public', 'self', 'read'],
      editor: ['public', 'self', 'read', 'write'],
      admin: ['public', 'self', 'read', 'write', 'admin'],
    });
  });
});

describe('the first user', () => {
  it('is the administrator `admin`, once', async () => {
    const world = makeWorld();
    expect(await firstUser('changeme', world)).toBe(true);
    expect(await firstUser('another-one', world)).toBe(false);
    expect(await world.users.list()).toEqual([
      {
        id: '1',
        username: 'admin',
        role: 'admin',
        passwordHash: 'hash of changeme',
        tokenEpoch: 0,
        createdAt: '2024-01-15T10:30:00.000Z',
      },
    ]);
  });

  it('is one, however many processes start at once', async () => {
    const one = makeWorld();
    const other = makeWorld(one.store.beside());
    const made = await Promise.all([
      firstUser('changeme', one),
      firstUser('changeme', other),
      firstUser('x', one),
    ]);
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await one.users.list()).toHaveLength(1);
  });
});

describe('logging in', () => {
  it('checks the password of a user that is not there as that of one who is', async () => {
    const world = makeWorld();
    await createUser({ username: 'john', password: 'long-enough' }, world);
    const checked: (string | null)[] = [];
    const passwords: Passwords = {
      ...world.passwords,
      checkLogin: (password, hash) => {
        checked.push(hash);
        return world.passwords.checkLogin(password, hash);
      },
    };
    for (const username of ['john', 'nobody']) {
      const attempt = login({ username, password: 'wrong', address: null }, { ...world, passwords });
      await expect(attempt).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    }
    expect(checked).toEqual(['hash of long-enough', null]);
  });
});

describe('authenticating', () => {
  const signedIn = async () => {
    const world = makeWorld();
    const john = await createUser({ username: 'john', password: 'long-enough', role: 'admin' }, world);
    const { token } = await login({ username: 'john', password: 'long-enough', address: null }, world);
    return { ...world, john, token };
  };

  it('finds the user behind a token', async () => {
    const { john, token, ...world } = await signedIn();
    expect(await makeAuthenticate(world)(token)).toEqual({
      userId: john.id,
      username: 'john',
      role: 'admin',
      tokenId: token,
      tokenExpiresAt: now() + 12 * 3_600_000,
    });
    expect(await makeAuthenticate(world)('no token')).toBeNull();
  });

  it('asks the database once until something is written', async () => {
    const { token, ...world } = await signedIn();
    let found = 0;
    const kept = new Map<string, Promise<unknown>>();
    const cache: Cache = {
      ...world.cache,
      value<T>(key: string, make: () => Promise<T>) {
        const value = kept.get(key) ?? make();
        kept.set(key, value);
        return value as Promise<T>;
      },
    };
    const users = {
      ...world.users,
      find: (id: string) => {
        found += 1;
        return world.users.find(id);
      },
    };
    const authenticate = makeAuthenticate({ ...world, users, cache });
    for (let times = 0; times < 3; times += 1) expect(await authenticate(token)).not.toBeNull();
    expect(found).toBe(1);
  });

  it('finds nobody once the token was revoked, the password changed, or the role', async () => {
    const revoked = await signedIn();
    const caller = await makeAuthenticate(revoked)(revoked.token);
    if (!caller) throw new Error('The token is valid');
    await logout(caller, revoked);
    expect(await makeAuthenticate(revoked)(revoked.token)).toBeNull();

    const others = { username: 'second', password: 'long-enough', role: 'admin' } as const;
    for (const change of [{ password: 'another-one' }, { role: 'viewer' }] as const) {
      const world = await signedIn();
      await createUser(others, world);
      await changeUser({ id: world.john.id, change, caller: aCaller('admin') }, world);
      expect(await makeAuthenticate(world)(world.token)).toBeNull();
    }
  });

  it('still finds a user who was renamed', async () => {
    const world = await signedIn();
    await changeUser({ id: world.john.id, change: { username: 'jack' }, caller: aCaller('admin') }, world);
    expect(await makeAuthenticate(world)(world.token)).toMatchObject({ username: 'jack' });
  });
});
