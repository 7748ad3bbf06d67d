/**
 * Converts the texts that `-f` names to manifests: substitutes variables, reads files, validates against the server's
 * schema and reports every fault with its line. send.ts sends them.
 */
import { resolve } from 'node:path';
import type { Violation } from '../../../core/errors.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { CommandError } from '../failure.ts';
import { type Fault, faultAt, faultsError, type Located } from './faults.ts';
import type { Variables } from './interpolate.ts';
import { fillFromFiles, type ReadOutside } from './outside-files.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import type { Source } from './sources.ts';

/** Manifests and their sources. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly documents: readonly Located[];
}

/** The options for reading manifests. */
export interface ManifestOptions {
  readonly variables: Variables;
  /** The namespace of documents that name none. */
  readonly namespace?: string | undefined;
  /** Reads a file by its absolute path. */
  readonly readOutside: ReadOutside;
}

/** Checks a value, as core/validate.ts does. */
type Check = (value: unknown) => {
  output?: Manifest | undefined;
  violations?: readonly Violation[] | undefined;
};

/** Reads all manifests of the sources. CommandError with a line for each fault, or when there is no manifest at all. */
export async function readManifests(
  sources: readonly Source[],
  options: ManifestOptions,
): Promise<Manifests> {
  const check = await loadCheck();
  const faults: Fault[] = [];
  const manifests: Manifest[] = [];
  const documents: Located[] = [];
  for (const source of sources) {
    const { documents: found, faults: unread } = readYaml(source.text, options.variables);
    const here: Fault[] = unread.map(({ message, ...position }) => ({
      file: source.name,
      position,
      message,
    }));
    for (const document of found) {
      const located = { file: source.name, positions: document.positions };
      const { manifest, violations } = await toManifest(document, source, { ...options, check });
      here.push(...violations.map((violation) => faultAt(violation, located)));
      if (manifest) manifests.push(manifest);
      documents.push(located);
    }
    faults.push(...here.sort((a, b) => (a.position?.line ?? 0) - (b.position?.line ?? 0)));
  }
  if (faults.length > 0) throw faultsError(faults);
  if (manifests.length === 0) {
    throw new CommandError(`There is nothing in ${sources.map(({ name }) => name).join(', ')}`);
  }
  return { manifests, documents };
}

// Only commands that read manifests need the schema.
async function loadCheck(): Promise<Check> {
  const [{ Manifest: schema }, { validate }] = await Promise.all([
    import('../../../core/manifest/manifest.ts'),
    import('../../../core/validate.ts'),
  ]);
  return (value) => validate(schema, value);
}

interface Checking extends ManifestOptions {
  readonly check: Check;
}

async function toManifest(
  document: YamlDocument,
  { folder }: Source,
  { check, namespace, readOutside }: Checking,
): Promise<{ readonly manifest?: Manifest | undefined; readonly violations: readonly Violation[] }> {
  const violations: Violation[] = [];
  const value = withoutExtensions(document.value, namespace);
  const known = lookAlike(value);
  if (known) return { violations: [{ pointer: '', message: known }] };
  await fillFromFiles(
    value,
    (path) => readOutside(resolve(folder, path)),
    (pointer, message) => void violations.push({ pointer, message }),
  );
  const first = check(structuredClone(value));
  const again = first.violations && converted(value, first.violations, document.filled);
  const result = again ? check(structuredClone(again)) : first;
  const found = (result.violations ?? []).filter(({ pointer }) => !document.unfilled.has(pointer));
  violations.push(...found.map((violation) => hinted(violation, value)));
  return { manifest: result.output, violations };
}

/** Removes top-level fields that begin with `x-`: users may keep anything there, such as anchors. */
function withoutExtensions(value: unknown, namespace: string | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const own = Object.entries(value).filter(([key]) => !key.startsWith('x-'));
  const copy = structuredClone(Object.fromEntries(own));
  return namespace === undefined || Object.hasOwn(copy, 'namespace') ? copy : { namespace, ...copy };
}

function lookAlike(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('services' in value) return 'is a Compose file: `ring import compose <file>` makes a manifest of it';
  if ('apiVersion' in value && 'kind' in value)
    return 'is for Kubernetes: Ring has a manifest of its own, see `ring schema`';
  return 'image' in value && 'name' in value
    ? 'is a deployment by itself: put it below "deployments", under its name'
    : null;
}

/**
 * Converts texts from variables to numbers and booleans where the schema refuses a text: this makes `replicas:
 * ${REPLICAS}` work. Undefined when there are no such texts.
 */
function converted(value: unknown, violations: readonly Violation[], filled: ReadonlySet<string>): unknown {
  const copy: unknown = structuredClone(value);
  let isChanged = false;
  for (const { pointer } of violations.filter((one) => filled.has(one.pointer))) {
    const keys = pointer.slice(1).split('/').map(unescaped);
    const last = keys.pop() ?? '';
    const holder = keys.reduce<unknown>(memberOf, copy);
    const meant = meaningOf(memberOf(holder, last));
    if (typeof holder === 'object' && holder !== null && meant !== undefined) {
      isChanged = Reflect.set(holder, last, meant) || isChanged;
    }
  }
  return isChanged ? copy : undefined;
}

function meaningOf(text: unknown): number | boolean | undefined {
  if (typeof text !== 'string') return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Adds a hint for a number in place of a text, which nearly always lacks quotes. */
function hinted({ pointer, message }: Violation, value: unknown): Violation {
  const found = pointer.slice(1).split('/').map(unescaped).reduce<unknown>(memberOf, value);
  const isBare = typeof found === 'number' || typeof found === 'boolean';
  return isBare && /^must be a string/.test(message)
    ? { pointer, message: `${message}: put it in quotes, "${found}"` }
    : { pointer, message };
}

const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

const memberOf = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? Reflect.get(holder, key)
    : undefined;
