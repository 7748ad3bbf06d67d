/** The content of a file that is made from a config: its whole text, or the value of one key of its JSON. */

/** The text, or why there is none. */
export type Content = { readonly text: string } | { readonly fault: string };

/**
 * Returns a text value as it is, any other value as JSON. A key is looked up as written first (`nginx.conf`), then as a
 * path into the JSON (`database.host`).
 */
export function contentOf(data: string, key: string | undefined): Content {
  if (key === undefined) return { text: data };
  const root = objectOf(data);
  if (root === null)
    return { fault: 'is not a JSON object, so it has no keys: leave out the key for the whole text' };
  const value = member(root, key) ?? key.split('.').reduce(member, root);
  if (value === undefined) return { fault: `has no key ${JSON.stringify(key)}` };
  return { text: typeof value === 'string' ? value : JSON.stringify(value) };
}

function objectOf(data: string): unknown {
  try {
    const parsed: unknown = JSON.parse(data);
    return typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The value of an own property; undefined for inherited ones. */
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
