/** Who may try how often to log in. */
import { expect, it } from 'vitest';
import { type LoginLimitOptions, makeLoginLimit } from '../../../core/access/login-limit.ts';

const setUp = (options: LoginLimitOptions = {}) => {
  const clock = { at: 0 };
  const limit = makeLoginLimit({ now: () => clock.at }, options);
  const tryAs = (username: string, address: string | null, fits = false) =>
    limit({ username, address }, async () => fits);
  const fail = async (times: number, username = 'admin', address: string | null = 'a') => {
    for (let time = 0; time < times; time += 1) expect(await tryAs(username, address)).toBe(false);
  };
  return { clock, limit, tryAs, fail };
};

const refused = (retryAfterSeconds: number) => ({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds });

it('slows wrong logins for a name more and more, to a pause that is still short', async () => {
  const { clock, tryAs, fail } = setUp();
  await fail(5);
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    await expect(tryAs('admin', 'a')).rejects.toMatchObject(refused(seconds));
    clock.at += seconds * 1000 - 1;
    await expect(tryAs('admin', 'a', true)).rejects.toMatchObject(refused(0.001));
    clock.at += 1;
    await fail(1);
  }
});

it('slows neither other names nor the same name from elsewhere', async () => {
  const { tryAs, fail } = setUp();
  await fail(5);
  expect([await tryAs('john', 'a', true), await tryAs('admin', 'b', true)]).toEqual([true, true]);
  await expect(tryAs('admin', 'a')).rejects.toMatchObject(refused(1));
});

it('begins again after a login that fits, and after a quarter of an hour', async () => {
  const { clock, tryAs, fail } = setUp();
  await fail(4);
  expect(await tryAs('admin', 'a', true)).toBe(true);
  await fail(5);
  clock.at += 15 * 60_000;
  await fail(5);
  await expect(tryAs('admin', 'a')).rejects.toMatchObject(refused(1));
});

it('slows by the name alone where the address is not known', async () => {
  const { tryAs, fail } = setUp();
  await fail(5, 'admin', null);
  await expect(tryAs('admin', null)).rejects.toMatchObject(refused(1));
  expect(await tryAs('john', null, true)).toBe(true);
});

it('checks only so many at once for a name and for an address, and leaves no place taken', async () => {
  const { limit, tryAs } = setUp({ atOncePerName: 2, atOncePerAddress: 3 });
  const release: ((fits: boolean) => void)[] = [];
  const hold = (username: string, address: string) =>
    limit({ username, address }, () => new Promise((resolve) => release.push(resolve)));
  const held = [hold('admin', 'a'), hold('admin', 'a')];
  await expect(tryAs('admin', 'a', true)).rejects.toMatchObject(refused(1));
  held.push(hold('john', 'a'));
  await expect(tryAs('jane', 'a', true)).rejects.toMatchObject(refused(1));
  expect([await tryAs('admin', 'b', true), await tryAs('jane', 'b', true)]).toEqual([true, true]);
  for (const end of release) end(true);
  expect(await Promise.all(held)).toEqual([true, true, true]);
  expect(await tryAs('admin', 'a', true)).toBe(true);
});

it('does not count a login that could not be checked', async () => {
  const { limit, fail } = setUp();
  const busy = () => limit({ username: 'admin', address: 'a' }, () => Promise.reject(new Error('busy')));
  for (let time = 0; time < 9; time += 1) await expect(busy()).rejects.toThrow('busy');
  await fail(5);
});

it('remembers only so many names, the newest', async () => {
  const { tryAs, fail } = setUp({ free: 1, mostRemembered: 2 });
  for (const name of ['one', 'two', 'three']) await fail(1, name);
  await expect(tryAs('three', 'a')).rejects.toMatchObject(refused(1));
  await expect(tryAs('two', 'a')).rejects.toMatchObject(refused(1));
  expect(await tryAs('one', 'a', true)).toBe(true);
});
