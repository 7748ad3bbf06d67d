/**
 * Splits documents into the entries that they declare, each with its pointer, and reports all violations of single
 * entries. Conflicts with other entries are checked when they are stored.
 */
import type { Role } from '../access/user.ts';
import { type AdmitPorts, admitDraft } from '../deployment/commands/admit.ts';
import type { Declaration } from '../deployment/spec/spec.ts';
import { defaultNamespace } from '../name.ts';
import { checkValue } from '../secret/value.ts';
import type { Manifest, Manifests } from './manifest.ts';
import { makeRefusals, type Refusals } from './refusals.ts';

interface Entry {
  /** JSON pointer into the request. */
  readonly pointer: string;
  readonly name: string;
  readonly namespace: string;
}

/** A declared config. */
export interface ConfigEntry extends Entry {
  readonly data: string;
}

/** A declared secret. */
export interface SecretEntry extends Entry {
  readonly value: string;
}

/** A declared deployment, in normal form. */
export interface DeploymentEntry extends Entry {
  readonly declaration: Declaration;
}

/** Everything declared together. */
export interface Entries {
  /** The namespaces that are declared explicitly. */
  readonly namespaces: readonly { readonly pointer: string; readonly name: string }[];
  readonly configs: readonly ConfigEntry[];
  readonly secrets: readonly SecretEntry[];
  readonly deployments: readonly DeploymentEntry[];
  /** Every namespace that is named. */
  readonly within: ReadonlySet<string>;
}

/** No entries. */
export const noEntries: Entries = {
  namespaces: [],
  configs: [],
  secrets: [],
  deployments: [],
  within: new Set(),
};

/** Returns the entries of the documents. INVALID_REQUEST or POLICY_VIOLATION with all violations of all documents. */
export async function readEntries(
  manifests: Manifests,
  { role }: { readonly role: Role },
  ports: AdmitPorts,
): Promise<Entries> {
  const refusals = makeRefusals();
  const documents = Array.isArray(manifests)
    ? manifests.map((manifest, index) => ({ manifest, at: `/${index}` }))
    : [{ manifest: manifests, at: '' }];
  const read: Entries[] = [];
  for (const document of documents) read.push(await readDocument(document, { role, ports, refusals }));
  const entries: Entries = {
    namespaces: unique(read.flatMap(({ namespaces }) => namespaces)),
    configs: read.flatMap(({ configs }) => configs),
    secrets: read.flatMap(({ secrets }) => secrets),
    deployments: read.flatMap(({ deployments }) => deployments),
    within: new Set(read.flatMap(({ within }) => [...within])),
  };
  refuseTwice(entries.configs, refusals);
  refuseTwice(entries.secrets, refusals);
  refuseTwice(entries.deployments, refusals);
  refusals.settle();
  return entries;
}

interface Judging {
  readonly role: Role;
  readonly ports: AdmitPorts;
  readonly refusals: Refusals;
}

async function readDocument(
  { manifest, at }: { readonly manifest: Manifest; readonly at: string },
  judging: Judging,
): Promise<Entries> {
  const placed = placing(manifest, at);
  const namespaces = (manifest.namespaces ?? []).map((name, index) => ({
    name,
    pointer: `${at}/namespaces/${index}`,
  }));
  const configs = placed('configs', manifest.configs).map(({ entry, data }) => ({
    ...entry,
    data: typeof data === 'string' ? data : JSON.stringify(data, null, 2),
  }));
  const secrets = placed('secrets', manifest.secrets).map(({ entry, value }) => ({ ...entry, value }));
  for (const { pointer, value } of secrets) {
    await judging.refusals.attempt(pointer, () => checkValue(value));
  }
  const deployments: DeploymentEntry[] = [];
  for (const { entry, ...draft } of placed('deployments', manifest.deployments)) {
    const { name, namespace } = entry;
    const labels = { ...manifest.labels, ...draft.labels };
    const declaration = await judging.refusals.attempt(entry.pointer, () =>
      admitDraft({ ...draft, name, namespace, labels }, judging, judging.ports),
    );
    if (declaration) deployments.push({ ...entry, declaration });
  }
  const named = [...configs, ...secrets, ...placed('deployments', manifest.deployments).map(entryOf)];
  const own = manifest.namespace === undefined ? [] : [manifest.namespace];
  const within = [...namespaces.map(({ name }) => name), ...own, ...named.map((one) => one.namespace)];
  return { namespaces, configs, secrets, deployments, within: new Set(within) };
}

const entryOf = ({ entry }: { readonly entry: Entry }): Entry => entry;

/** Adds to each entry of a kind its name, namespace and pointer. */
const placing =
  (manifest: Manifest, at: string) =>
  <T extends { readonly namespace?: string | undefined }>(
    kind: 'configs' | 'secrets' | 'deployments',
    given: Readonly<Record<string, T>> = {},
  ): (Omit<T, 'namespace'> & { readonly entry: Entry })[] =>
    Object.entries(given).map(([name, { namespace = manifest.namespace ?? defaultNamespace, ...rest }]) => ({
      ...rest,
      entry: { pointer: `${at}/${kind}/${name}`, name, namespace },
    }));

const unique = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
  all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index);

function refuseTwice(entries: readonly Entry[], refusals: Refusals): void {
  const first = new Map<string, string>();
  for (const { name, namespace, pointer } of entries) {
    const key = `${namespace}/${name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, pointer);
    else
      refusals.say(pointer, `is already declared by ${before}: a name may be declared once in a namespace`);
  }
}
