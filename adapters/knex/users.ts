/** Stores users, by number and by name. Numbers are never reused. */
import { RingError } from '../../core/errors.ts';
import type { Users } from '../../core/ports.ts';
import { userNumber, userRecord, userRow } from './codecs.ts';
import { guarded } from './faults.ts';
import type { UserRow } from './rows.ts';
import { type Session, writing } from './session.ts';

/** The Users port on a session. */
export const makeUsers = (session: Session): Users =>
  guarded<Users>({
    async find(id) {
      const number = userNumber(id);
      const row =
        number === null ? undefined : await session.db<UserRow>('users').where('id', number).first();
      return row ? userRecord(row) : null;
    },
    async findByName(username) {
      const row = await session.db<UserRow>('users').where({ username }).first();
      return row ? userRecord(row) : null;
    },
    async list() {
      const rows: UserRow[] = await session.db<UserRow>('users').orderBy('id');
      return rows.map(userRecord);
    },
    async insert(user) {
      const inserted: { readonly id: number }[] = await writing(session)
        .db('users')
        .insert(userRow(user))
        .returning('id');
      return { ...user, id: String(inserted[0]?.id) };
    },
    async update(user) {
      const number = userNumber(user.id);
      const updated =
        number === null ? 0 : await writing(session).db('users').where('id', number).update(userRow(user));
      if (updated === 0) throw new RingError('USER_NOT_FOUND', 'User not found');
    },
    async delete(id) {
      const number = userNumber(id);
      if (number !== null) await writing(session).db('users').where('id', number).del();
    },
  });
