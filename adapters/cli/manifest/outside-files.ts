/**
 * Reads the content of configs and the values of secrets from files named by `file:` in the manifest. The server
 * validates the content.
 */
import { below } from './read-yaml.ts';

/** Records a fault: a JSON pointer into the document, and a message. */
type Say = (pointer: string, message: string) => void;

/** Reads a file named in a manifest; a file that cannot be read results in a fault. */
export type ReadOutside = (path: string) => Promise<{ readonly text: string } | { readonly fault: string }>;

const sections = [
  { section: 'configs', field: 'data' },
  { section: 'secrets', field: 'value' },
] as const;

/** Replaces file names in the document by the content of the files, in place. */
export async function fillFromFiles(document: unknown, read: ReadOutside, say: Say): Promise<void> {
  for (const { section, field } of sections) {
    const at = below('', section);
    for (const [name, entry] of Object.entries(objectOr(memberOf(document, section)))) {
      const fault = await fill(entry, field, read);
      if (fault !== null) say(`${below(at, name)}/file`, fault);
    }
  }
}

/** Replaces the path by the content; returns the fault, if any. */
async function fill(entry: unknown, field: string, read: ReadOutside): Promise<string | null> {
  if (!isObject(entry) || !Object.hasOwn(entry, 'file')) return null;
  const content = await contentOf(entry, field, read);
  Reflect.deleteProperty(entry, 'file');
  // A placeholder, because a missing field would be reported as a second fault.
  if (!Object.hasOwn(entry, field)) Reflect.set(entry, field, 'text' in content ? content.text : '');
  return 'fault' in content ? content.fault : null;
}

async function contentOf(entry: object, field: string, read: ReadOutside): ReturnType<ReadOutside> {
  if (Object.hasOwn(entry, field)) {
    return { fault: `replaces "${field}": give only one of the two` };
  }
  const path = memberOf(entry, 'file');
  return typeof path === 'string' && path !== '' ? read(path) : { fault: 'must be the path of a file' };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOr = (value: unknown): object => (isObject(value) ? value : {});

const memberOf = (holder: unknown, key: string): unknown =>
  isObject(holder) && Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
