/** How the password that everybody knows comes, stays and goes. */
import { expect, it } from 'vitest';
import { makePasswords } from '../../../adapters/security/passwords.ts';
import { admitFirstUser, keepsDefaultPassword } from '../../../core/access/default-password.ts';
import { makeFakeStore } from '../../support/fake-store.ts';

function setUp() {
  const store = makeFakeStore();
  const { users } = store.stores;
  const clock = { now: () => Date.parse('2024-01-15T10:00:00.000Z'), sleep: async () => undefined };
  const passwords = makePasswords({ cost: { n: 16, r: 1, p: 1 } });
  return { users, write: store.write, passwords, clock };
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

it('is of no concern where there is no user of that name', async () => {
  expect(await keepsDefaultPassword(setUp())).toBe(false);
});
