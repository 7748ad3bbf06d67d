/** Users and revoked tokens. */
import { describe, expect, test } from 'vitest';
import { aUser } from '../support/records.ts';
import type { Harness } from './store-harness.ts';

/** Of users and revocations. */
export const storeKeepsAccess = (harness: Harness): void => {
  describe('users', () => {
    test('get numbers as ids and are found by id and by name', async () => {
      const { write, stores } = await harness().open();
      const john = await write(({ users }) => users.insert(aUser()));
      const admin = await write(({ users }) =>
        users.insert(aUser({ username: 'admin', role: 'admin', tokenEpoch: 3 })),
      );
      expect(john).toEqual({ id: '1', ...aUser() });
      expect(await stores.users.find('2')).toEqual(admin);
      expect(await stores.users.findByName('john')).toEqual(john);
      expect(await stores.users.list()).toEqual([john, admin]);
    });

    test.each(['0', '01', ' 1', '1.0', '1e0', '', 'john', '99999999999999999999', '-1'])(
      'are not found by the id %j',
      async (id) => {
        const { write, stores } = await harness().open();
        await write(({ users }) => users.insert(aUser()));
        expect(await stores.users.find(id)).toBeNull();
      },
    );

    test('are not found by a name in other letters', async () => {
      const { write, stores } = await harness().open();
      await write(({ users }) => users.insert(aUser()));
      expect(await stores.users.findByName('John')).toBeNull();
    });

    test('have each name once, also after a change', async () => {
      const { write, stores } = await harness().open();
      const john = await write(({ users }) => users.insert(aUser()));
      const jane = await write(({ users }) => users.insert(aUser({ username: 'jane' })));
      const exists = { code: 'USER_EXISTS' };
      await expect(write(({ users }) => users.insert(aUser()))).rejects.toMatchObject(exists);
      const renamed = write(({ users }) => users.update({ ...jane, username: 'john' }));
      await expect(renamed).rejects.toMatchObject(exists);
      expect(await stores.users.list()).toEqual([john, jane]);
    });

    test('change as a whole', async () => {
      const { write, stores } = await harness().open();
      const john = await write(({ users }) => users.insert(aUser()));
      const changed = { ...john, role: 'viewer', passwordHash: 'other', tokenEpoch: 1 } as const;
      await write(({ users }) => users.update(changed));
      expect(await stores.users.find('1')).toEqual(changed);
    });

    test('that are not there cannot change, and are deleted without a word', async () => {
      const { write } = await harness().open();
      const update = write(({ users }) => users.update({ id: '7', ...aUser() }));
      await expect(update).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
      await write(({ users }) => users.delete('7'));
      await write(({ users }) => users.delete('nobody'));
    });

    test('never get the id of one who was deleted', async () => {
      const { write } = await harness().open();
      const john = await write(({ users }) => users.insert(aUser()));
      await write(({ users }) => users.delete(john.id));
      expect(await write(({ users }) => users.insert(aUser()))).toEqual({ id: '2', ...aUser() });
    });
  });

  describe('revocations', () => {
    test('are known until the token would have ended', async () => {
      let now = 1_000_000;
      const { write, stores } = await harness().open({ now: () => now });
      await write(({ revocations }) => revocations.add('token-1', now + 5000));
      await write(({ revocations }) => revocations.add('token-1', now + 5000));
      expect(await stores.revocations.has('token-1')).toBe(true);
      expect(await stores.revocations.has('token-2')).toBe(false);
      now += 5000;
      await write(({ revocations }) => revocations.add('token-2', now + 5000));
      expect(await stores.revocations.has('token-1')).toBe(false);
      expect(await stores.revocations.has('token-2')).toBe(true);
    });
  });
};
