/** How `{id}` names a thing that has a name and a namespace: by its id, else as `<name>.<namespace>`. */
import type { Knex } from 'knex';

/** The row that an id or a qualified name stands for; an id comes first. */
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
