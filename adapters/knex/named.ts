/** Resolves `{id}` for objects with a name and a namespace: as an id, otherwise as `<name>.<namespace>`. */
import type { Knex } from 'knex';

/** Returns the row with an id or qualified name; an id has precedence. */
export async function findNamed<Row>(
  db: Knex,
  table: string,
  idOrQualified: string,
): Promise<Row | undefined> {
  const byId: Row | undefined = await db(table).where('id', idOrQualified).first();
  const dot = idOrQualified.indexOf('.');
  if (byId || dot < 0) return byId;
  const [name, namespace] = [idOrQualified.slice(0, dot), idOrQualified.slice(dot + 1)];
  const byName: Row | undefined = await db(table).where({ name, namespace }).first();
  return byName;
}
