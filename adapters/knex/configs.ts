/** Configs, by id and by name within a namespace. */
import type { Knex } from 'knex';
import type { ConfigRecord } from '../../core/config/config.ts';
import { RingError } from '../../core/errors.ts';
import type { Configs } from '../../core/ports.ts';
import { configRecord, configRow } from './codecs.ts';
import { guarded } from './faults.ts';
import { findNamed } from './named.ts';
import { ensureNamespace } from './namespaces.ts';
import type { ConfigRow } from './rows.ts';
import { chunksOf, keysAtOnce, type Session, writing } from './session.ts';

/** The Configs port on a session. */
export const makeConfigs = (session: Session): Configs =>
  guarded<Configs>({
    async find(idOrQualified) {
      const row = await findNamed<ConfigRow>(session.db, 'configs', idOrQualified);
      return row ? configRecord(row) : null;
    },
    async findByName(namespace, name) {
      const row = await session.db<ConfigRow>('configs').where({ namespace, name }).first();
      return row ? configRecord(row) : null;
    },
    async list(namespaces) {
      const query = session.db<ConfigRow>('configs').orderBy('id');
      if (namespaces.length > 0) query.whereIn('namespace', [...new Set(namespaces)]);
      const rows: ConfigRow[] = await query;
      return rows.map(configRecord);
    },
    async insert(config) {
      const { db } = writing(session);
      await db('configs').insert(configRow(config));
      await ensureNamespace(db, config.namespace, config.createdAt);
    },
    async update(config) {
      const updated = await writing(session).db('configs').where('id', config.id).update(configRow(config));
      if (updated === 0) throw new RingError('CONFIG_NOT_FOUND', 'Config not found');
    },
    async delete(id) {
      await writing(session).db('configs').where({ id }).del();
    },
  });

/** Returns the existing ones of these configs, by name. */
export async function configsNamed(
  db: Knex,
  namespace: string,
  names: readonly string[],
): Promise<readonly ConfigRecord[]> {
  const found: ConfigRecord[] = [];
  for (const some of chunksOf(keysAtOnce, [...new Set(names)].sort())) {
    const rows: ConfigRow[] = await db<ConfigRow>('configs')
      .where({ namespace })
      .whereIn('name', some)
      .orderBy('name');
    found.push(...rows.map(configRecord));
  }
  return found;
}
