/**
 * Stores the idempotency keys of requests. Claiming a key and storing a reply appear in no list, so they do not
 * increase the change counter; a completed request is recorded in its own transaction. core/idempotency/key.ts decides
 * what happens to a request.
 */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type Claim,
  type DoneKeys,
  judgeClaim,
  type KeyRecord,
  type RequestKey,
  type RequestKeys,
} from '../../core/idempotency/key.ts';
import { guarded } from './faults.ts';
import type { RequestKeyRow } from './rows.ts';
import { type Session, writing } from './session.ts';
import { transact } from './transaction.ts';

const table = 'request_keys';

/** Returns the id of a key. Users' ids are numbers, so no two keys share one. */
const idOf = ({ caller, key }: RequestKey): string => `${caller}/${key}`;

/** The database, the holder and the clock. */
export interface RequestKeyOptions {
  readonly db: Knex;
  /** Returns the time in ms since 1970. */
  readonly now: () => number;
  /** The identity of this process. */
  readonly holder: string;
  readonly isHolderDead: (holder: string) => boolean;
}

/** The RequestKeys port on a database. */
export const makeRequestKeys = ({ db, now, holder, isHolderDead }: RequestKeyOptions): RequestKeys => {
  // The claims in progress in this process, by their own names: a claim of this process that is not listed was
  // abandoned.
  const underWay = new Set<string>();
  const taken = new Map<string, string>();
  const place = randomUUID();

  const recordOf = (row: RequestKeyRow): KeyRecord => ({
    fingerprint: row.fingerprint,
    claimedAt: row.claimed_at,
    isUnderWay: row.claim.startsWith(place) ? underWay.has(row.claim) : !isHolderDead(row.holder),
    isCommitted: row.committed === 1,
    reply: row.reply,
  });

  const leave = async (of: RequestKey, work: (claim: string) => Promise<unknown>): Promise<void> => {
    const claim = taken.get(idOf(of));
    if (claim === undefined) return;
    try {
      await work(claim);
    } finally {
      taken.delete(idOf(of));
      underWay.delete(claim);
    }
  };

  return guarded<RequestKeys>({
    async claim(of, fingerprint) {
      const id = idOf(of);
      const claim = `${place}/${randomUUID()}`;
      const row = { id, fingerprint, holder, claim, committed: 0, reply: null, claimed_at: now() };
      underWay.add(claim);
      try {
        const judged = await transact(db, (trx) => take(trx, row, recordOf));
        if (judged.kind === 'granted') taken.set(id, claim);
        else underWay.delete(claim);
        return judged;
      } catch (error) {
        underWay.delete(claim);
        throw error;
      }
    },
    answer: (of, reply) =>
      leave(of, (claim) =>
        transact(db, (trx) =>
          trx(table)
            .where({ id: idOf(of), claim })
            .update({ reply, committed: 1 }),
        ),
      ),
    release: (of) =>
      leave(of, (claim) =>
        transact(db, (trx) =>
          trx(table)
            .where({ id: idOf(of), claim, committed: 0 })
            .del(),
        ),
      ),
  });
};

/** Claims a key. The first statement is a write: a transaction that begins with a read may lose a race. */
async function take(
  trx: Knex,
  row: RequestKeyRow,
  recordOf: (row: RequestKeyRow) => KeyRecord,
): Promise<Claim> {
  await trx(table).insert(row).onConflict('id').ignore();
  const known: RequestKeyRow = await trx<RequestKeyRow>(table).where('id', row.id).first('*');
  if (known.claim === row.claim) return { kind: 'granted' };
  const judged = judgeClaim(recordOf(known), { fingerprint: row.fingerprint, now: row.claimed_at });
  if (judged.kind === 'granted') await trx(table).where('id', row.id).update(row);
  return judged;
}

/** The DoneKeys port on a session. */
export const makeDoneKeys = (session: Session): DoneKeys =>
  guarded<DoneKeys>({
    async add(of) {
      await writing(session).db(table).where('id', idOf(of)).update({ committed: 1 });
    },
  });
