/** When a user has the default password, and how it is replaced. */
import { expect, it } from 'vitest';
import { makePasswords } from '../../../adapters/security/passwords.ts';
import { changeUser } from '../../../core/access/change-user.ts';
import { createUser } from '../../../core/access/create-user.ts';
import {
  admitFirstUser,
  keepsDefaultPassword,
  watchDefaultPassword,
} from '../../../core/access/default-password.ts';
import { aCaller } from '../../support/builders.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { aUser } from '../../support/records.ts';

function setUp() {
  const store = makeFakeStore();
  const { users } = store.stores;
  const clock = { now: () => Date.parse('2024-01-15T10:00:00.000Z'), sleep: async () => undefined };
  const passwords = makePasswords({ cost: { n: 16, r: 1, p: 1 } });
  return { users, write: store.write, cache: store.cache, passwords, clock };
}

const admin = async (ports: ReturnType<typeof setUp>) => ports.users.findByName('admin');

it('is given to the first user where no other is set', async () => {
  const ports = setUp();
  await admitFirstUser(null, ports);
  expect(await admin(ports)).toMatchObject({ id: '1', username: 'admin', role: 'admin', tokenEpoch: 0 });
  expect(await keepsDefaultPassword(ports)).toBe(true);
});

it('is not given where another is set', async () => {
  const ports = setUp();
  await admitFirstUser('swordfish', ports);
  expect(await keepsDefaultPassword(ports)).toBe(false);
});

it('gives way to one that is set later, which ends the tokens of before', async () => {
  const ports = setUp();
  await admitFirstUser(null, ports);
  await admitFirstUser('swordfish', ports);
  const user = await admin(ports);
  expect([user?.tokenEpoch, await keepsDefaultPassword(ports)]).toEqual([1, false]);
  expect(await ports.passwords.verify('swordfish', user?.passwordHash ?? '')).toBe(true);
});

it('stays when the one that is set is the same, or none is', async () => {
  const ports = setUp();
  await admitFirstUser(null, ports);
  const before = await admin(ports);
  await admitFirstUser('changeme', ports);
  await admitFirstUser(null, ports);
  expect(await admin(ports)).toEqual(before);
});

it('is not looked for where somebody chose a password: that one stays', async () => {
  const ports = setUp();
  await admitFirstUser('chosen-by-hand', ports);
  const before = await admin(ports);
  await admitFirstUser('swordfish', ports);
  expect(await admin(ports)).toEqual(before);
});

it('does not hold where there is no user', async () => {
  expect(await keepsDefaultPassword(setUp())).toBe(false);
});

it('is found whatever the user is called, and is replaced there too', async () => {
  const ports = setUp();
  await admitFirstUser(null, ports);
  await changeUser({ id: '1', change: { username: 'root' }, caller: aCaller('admin') }, ports);
  expect(await keepsDefaultPassword(ports)).toBe(true);
  await admitFirstUser('swordfish', ports);
  const root = await ports.users.findByName('root');
  expect(await keepsDefaultPassword(ports)).toBe(false);
  expect(await ports.passwords.verify('swordfish', root?.passwordHash ?? '')).toBe(true);
});

it('is found whoever has it; a setting replaces it for administrators only', async () => {
  const ports = setUp();
  await admitFirstUser('chosen-by-hand', ports);
  const passwordHash = await ports.passwords.hash('changeme');
  for (const role of ['admin', 'viewer'] as const) {
    await ports.write(({ users }) => users.insert(aUser({ username: `old-${role}`, role, passwordHash })));
  }
  await admitFirstUser('swordfish', ports);
  const fits = async (name: string, password: string) =>
    ports.passwords.verify(password, (await ports.users.findByName(name))?.passwordHash ?? '');
  expect(await fits('admin', 'chosen-by-hand')).toBe(true);
  expect(await fits('old-admin', 'swordfish')).toBe(true);
  expect(await fits('old-viewer', 'changeme')).toBe(true);
  expect(await keepsDefaultPassword(ports)).toBe(true);
});

it.each(['changeme', '\uff43hangeme'])('cannot be chosen by anybody, written %s', async (password) => {
  const ports = setUp();
  await admitFirstUser('chosen-by-hand', ports);
  const refused = {
    code: 'INVALID_REQUEST',
    violations: [{ pointer: '/password', message: expect.stringContaining('default password') }],
  };
  const created = createUser({ username: 'john', password }, ports);
  await expect(created).rejects.toMatchObject(refused);
  const changed = changeUser({ id: '1', change: { password }, caller: aCaller('admin') }, ports);
  await expect(changed).rejects.toMatchObject(refused);
  expect([(await ports.users.list()).length, await keepsDefaultPassword(ports)]).toEqual([1, false]);
});

it('is watched until it was replaced, and not looked for after that', async () => {
  const ports = setUp();
  await admitFirstUser(null, ports);
  let asked = 0;
  const passwords = {
    verify: (password: string, hash: string) => {
      asked += 1;
      return ports.passwords.verify(password, hash);
    },
  };
  const isKept = watchDefaultPassword({ users: ports.users, cache: ports.cache, passwords });
  expect([await isKept(), await isKept()]).toEqual([true, true]);
  const change = { password: 'chosen-by-hand' };
  await changeUser({ id: '1', change, caller: aCaller('admin') }, ports);
  expect(await isKept()).toBe(false);
  const before = asked;
  await changeUser({ id: '1', change: { username: 'root' }, caller: aCaller('admin') }, ports);
  expect([await isKept(), asked]).toEqual([false, before]);
});
