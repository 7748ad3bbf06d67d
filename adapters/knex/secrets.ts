/** Stores secrets, by id and by name within a namespace; the caller has encrypted their values. */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import type { SecretRecord } from '../../core/secret/secret.ts';
import type { Secrets } from '../../core/secret/secrets.ts';
import { guarded } from './faults.ts';
import { findNamed } from './named.ts';
import { ensureNamespace } from './namespaces.ts';
import type { SecretRow } from './rows.ts';
import { chunksOf, keysAtOnce, type Session, writing } from './session.ts';

/** The Secrets port on a session. */
export const makeSecrets = (session: Session): Secrets =>
  guarded<Secrets>({
    async find(idOrQualified) {
      const row = await findNamed<SecretRow>(session.db, 'secrets', idOrQualified);
      return row ? secretRecord(row) : null;
    },
    async findByName(namespace, name) {
      const row = await session.db<SecretRow>('secrets').where({ namespace, name }).first();
      return row ? secretRecord(row) : null;
    },
    async list(namespaces) {
      const query = session.db<SecretRow>('secrets').orderBy('id');
      if (namespaces.length > 0) query.whereIn('namespace', [...new Set(namespaces)]);
      const rows: SecretRow[] = await query;
      return rows.map(secretRecord);
    },
    async insert(secret) {
      const { db } = writing(session);
      await db('secrets').insert(secretRow(secret));
      await ensureNamespace(db, secret.namespace, secret.createdAt);
    },
    async update(secret) {
      const { id } = secret;
      const updated = await writing(session).db('secrets').where({ id }).update(secretRow(secret));
      if (updated === 0) throw new RingError('SECRET_NOT_FOUND', 'Secret not found');
    },
    async delete(id) {
      await writing(session).db('secrets').where({ id }).del();
    },
  });

/** Returns the existing ones of these secrets, by name. */
export async function secretsNamed(
  db: Knex,
  namespace: string,
  names: readonly string[],
): Promise<readonly SecretRecord[]> {
  const found: SecretRecord[] = [];
  for (const some of chunksOf(keysAtOnce, [...new Set(names)].sort())) {
    const rows: SecretRow[] = await db<SecretRow>('secrets')
      .where({ namespace })
      .whereIn('name', some)
      .orderBy('name');
    found.push(...rows.map(secretRecord));
  }
  return found;
}

const secretRow = (secret: SecretRecord): SecretRow => ({
  id: secret.id,
  namespace: secret.namespace,
  name: secret.name,
  sealed: secret.sealed,
  version: secret.version,
  created_at: secret.createdAt,
  updated_at: secret.updatedAt,
});

const secretRecord = (row: SecretRow): SecretRecord => ({
  id: row.id,
  name: row.name,
  namespace: row.namespace,
  sealed: row.sealed,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
