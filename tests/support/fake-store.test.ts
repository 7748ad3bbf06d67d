/** Runs the contract tests of stores on the one in memory, so that it is no more lenient than the real one. */
import { expect, test } from 'vitest';
import { describeStore } from '../contracts/store.ts';
import { type FakeStore, makeFakeStore } from './fake-store.ts';

describeStore('in memory', async () => {
  let first: FakeStore | null = null;
  return {
    async open(options = {}) {
      if (first) return first.beside(options);
      first = makeFakeStore(options);
      return first;
    },
    close: async () => undefined,
  };
});

test('the store in memory refuses to be used from outside within a write, where the real one would hang', async () => {
  const { write, stores } = makeFakeStore();
  await expect(write(() => stores.users.list())).rejects.toThrow('use the stores it hands in');
});

test.each([
  ['begin', 0],
  ['commit', 0],
  ['committed', 1],
] as const)('a write that is interrupted at %s has written %i', async (at, count) => {
  const failing = makeFakeStore({
    interrupt: (moment) => {
      if (moment === at) throw new Error('crash');
    },
  });
  const user = { username: 'a', role: 'viewer', passwordHash: '', tokenEpoch: 0, createdAt: '' } as const;
  await expect(failing.write(({ users }) => users.insert(user))).rejects.toThrow('crash');
  expect(await failing.beside().stores.users.list()).toHaveLength(count);
});
