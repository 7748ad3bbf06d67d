/**
 * Implements the database part of garbage collection. Its writes do not change what is declared, so they do not
 * increase the change counter: cached lists and plans stay valid.
 */
import type { Knex } from 'knex';
import type { GcStore, NeededImage, PulledImage, RecordCounts } from '../../core/gc/store.ts';
import type { Lease } from '../../core/ports.ts';
import { guarded } from './faults.ts';
import { assertHeld } from './lease.ts';
import { countOld, dropSomeOld } from './old-records.ts';
import type { ImageRow } from './rows.ts';
import { chunksOf, keysAtOnce } from './session.ts';
import { makeSpace } from './space.ts';
import { transact, whileBusy } from './transaction.ts';

/** The database, the holder of the lease, and the time in ms since 1970. */
export interface GcLoopOptions {
  readonly db: Knex;
  readonly holder: string;
  readonly now: () => number;
}

const keptAt = { name: 'house_kept_at' };

/** The GcStore port on a database. */
export const makeGcStore = ({ db, holder, now }: GcLoopOptions): GcStore => {
  const underLease = <T>(lease: Lease, work: (trx: Knex) => Promise<T>): Promise<T> =>
    transact(db, async (trx) => {
      await assertHeld(trx, lease, holder);
      return work(trx);
    });

  return guarded<GcStore>({
    ...makeSpace(db),
    async pulled() {
      const rows: ImageRow[] = await whileBusy(() => db<ImageRow>('images').orderBy('image_id'));
      return rows.map(pulledImage);
    },
    needed: () => readNeeded(db),
    notePulled: ({ imageId, names, pulledAt }) =>
      transact(db, async (trx) => {
        const fresh = { image_id: imageId, names: JSON.stringify(names), pulled_at: pulledAt };
        // The first statement is a write: a transaction that begins with a read may lose a race.
        await trx('images')
          .insert({ ...fresh, unused_since: null })
          .onConflict('image_id')
          .merge(['unused_since']);
        const known: ImageRow = await trx<ImageRow>('images').where({ image_id: imageId }).first('*');
        const all = [...new Set([...pulledImage(known).names, ...names])].sort();
        await trx('images')
          .where({ image_id: imageId })
          .update({ names: JSON.stringify(all) });
      }),
    noteUnused: (lease, images) =>
      underLease(lease, async (trx) => {
        for (const { imageId, unusedSince } of images) {
          await trx('images').where({ image_id: imageId }).update({ unused_since: unusedSince });
        }
      }),
    forget: (lease, imageIds) =>
      underLease(lease, async (trx) => {
        for (const some of chunksOf(keysAtOnce, imageIds))
          await trx('images').whereIn('image_id', some).del();
      }),
    async countOld(limits): Promise<RecordCounts> {
      const at = { ...limits, now: now() };
      return {
        events: await countOld(db, 'events', at),
        health_checks: await countOld(db, 'health_checks', at),
        revocations: await countOld(db, 'revocations', at),
        tombstones: await countOld(db, 'tombstones', at),
        request_keys: await countOld(db, 'request_keys', at),
      };
    },
    dropOld: (lease, of, limits) =>
      underLease(lease, (trx) => dropSomeOld(trx, of, { ...limits, now: now() })),
    async keptAt() {
      const row: { readonly value: string } | undefined = await db('settings').where(keptAt).first('value');
      return row === undefined ? null : Number(row.value);
    },
    noteRan: (lease, atMs) =>
      underLease(lease, async (trx) => {
        await trx('settings')
          .insert({ ...keptAt, value: String(atMs) })
          .onConflict('name')
          .merge();
      }),
  });
};

const pulledImage = (row: ImageRow): PulledImage => ({
  imageId: row.image_id,
  names: JSON.parse(row.names),
  pulledAt: row.pulled_at,
  unusedSince: row.unused_since,
});

/** Returns the images that are needed. Only the pins of revisions are read, because many revisions share few images. */
async function readNeeded(db: Knex): Promise<readonly NeededImage[]> {
  const pins: string[] = await db('revisions').whereNotNull('pin').distinct().pluck('pin');
  const specs: string[] = await db('revisions').whereNull('pin').pluck('spec');
  const pinned = pins.map((pin): { readonly imageId: string } => JSON.parse(pin));
  const asked = specs.map((spec): { readonly image: string } => JSON.parse(spec));
  return [
    ...pinned.map(({ imageId }) => ({ image: imageId, imageId })),
    ...asked.map(({ image }) => ({ image, imageId: null })),
  ];
}
