/**
 * Stores namespaces. They are created by the first object in them; a deleted one is removed with its last deployment.
 */
import type { Knex } from 'knex';
import type { NamespaceRecord, Namespaces } from '../../core/namespace/namespace.ts';
import { guarded } from './faults.ts';
import { type Session, writing } from './session.ts';

interface NamespaceRow {
  readonly name: string;
  readonly created_at: string;
  readonly deleted_at: string | null;
}

const counted = ['deployments', 'configs', 'secrets'] as const;

/** The Namespaces port on a session. */
export const makeNamespaces = (session: Session): Namespaces =>
  guarded<Namespaces>({
    async find(name) {
      const [record] = await read(session.db, name);
      return record ?? null;
    },
    list: () => read(session.db),
    async insert(name, at) {
      await writing(session).db('namespaces').insert({ name, created_at: at });
    },
    async delete(name, at) {
      const { db } = writing(session);
      await db('namespaces').where({ name }).update({ deleted_at: at });
      await sweepNamespaces(db);
    },
  });

async function read(db: Knex, name?: string): Promise<readonly NamespaceRecord[]> {
  const query = db<NamespaceRow>('namespaces').orderBy('name');
  if (name !== undefined) query.where({ name });
  const rows: NamespaceRow[] = await query;
  const [deployments, configs, secrets] = await Promise.all(counted.map((table) => countBy(db, table, name)));
  return rows.map((row) => ({
    name: row.name,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
    deployments: deployments?.get(row.name) ?? 0,
    configs: configs?.get(row.name) ?? 0,
    secrets: secrets?.get(row.name) ?? 0,
  }));
}

async function countBy(
  db: Knex,
  table: (typeof counted)[number],
  namespace?: string,
): Promise<ReadonlyMap<string, number>> {
  const query: Knex.QueryBuilder = db(table).select('namespace').count({ count: '*' }).groupBy('namespace');
  if (namespace !== undefined) query.where({ namespace });
  const rows: { readonly namespace: string; readonly count: unknown }[] = await query;
  return new Map(rows.map((row) => [row.namespace, Number(row.count)]));
}

/** Ensures that the namespace of a new object exists; cancels its deletion if one is in progress. */
export async function ensureNamespace(db: Knex, name: string, at: string): Promise<void> {
  await db('namespaces')
    .insert({ name, created_at: at, deleted_at: null })
    .onConflict('name')
    .merge(['deleted_at']);
}

/** Removes deleted namespaces that contain no deployment any more. */
export async function sweepNamespaces(db: Knex): Promise<void> {
  await db('namespaces')
    .whereNotNull('deleted_at')
    .whereNotIn('name', db('deployments').select('namespace'))
    .del();
}
