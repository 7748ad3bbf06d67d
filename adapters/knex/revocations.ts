/** Stores revoked tokens; those that would have expired by now are removed. */
import type { Revocations } from '../../core/ports.ts';
import { guarded } from './faults.ts';
import { type Session, writing } from './session.ts';

/** The Revocations port on a session. */
export const makeRevocations = (session: Session, now: () => number): Revocations =>
  guarded<Revocations>({
    async add(tokenId, expiresAt) {
      const { db } = writing(session);
      await db('revocations').where('expires_at', '<=', now()).del();
      const row = { token_id: tokenId, expires_at: expiresAt };
      await db('revocations').insert(row).onConflict('token_id').merge();
    },
    async has(tokenId) {
      const row: unknown = await session.db('revocations').where('token_id', tokenId).first('token_id');
      return row !== undefined;
    },
  });
