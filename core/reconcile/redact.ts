/**
 * Blots out of a text what a container was told in confidence, before it is kept or shown as Ring's own word. A
 * container's log is its own and stays as it is.
 */
import { readableConfidential } from '../deployment/revision.ts';
import { RingError } from '../errors.ts';
import type { Redact } from '../health/watch.ts';
import type { Desired, ReconcilerStore } from '../ports.ts';
import { RuntimeError } from '../runtime.ts';
import { type ConfidedPorts, readSecrets } from './confided.ts';

/** Shorter values stand in any text by chance. */
const leastSecretLength = 6;

/** Whose values are meant. */
type Told = Pick<Desired, 'record' | 'revision'>;

/**
 * What blots the values of a container of this revision out of any text; null where nobody can say what they are: their
 * key is lost, or a secret is another one by now than it was given.
 */
export async function blotterFor(
  told: Told,
  ports: ConfidedPorts,
): Promise<((text: string) => string) | null> {
  const confided = await confidedTo(told, ports);
  if (confided === null) return null;
  // A line shows one line of a secret at most; the longest first, since one may begin with another.
  const secrets = confided
    .flatMap((value) => value.split('\n'))
    .filter(({ length }) => length >= leastSecretLength)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((blotted, secret) => blotted.replaceAll(secret, '***'), text);
}

/** Blots out what health checks are answered; nothing is left of it where nobody can say what in it is secret. */
export const makeRedact =
  (ports: ConfidedPorts & { readonly store: Pick<ReconcilerStore, 'find' | 'secrets'> }): Redact =>
  async ({ uid, specHash }, text) => {
    if (text === '') return text;
    try {
      const desired = await ports.store.find(uid);
      const all = desired ? [desired.revision, desired.stable, ...desired.older] : [];
      const revision = all.find((one) => one?.specHash === specHash);
      if (!desired || !revision) return '';
      const blot = await blotterFor({ record: desired.record, revision }, ports);
      return blot?.(text) ?? '';
    } catch (error) {
      // The database does not answer: that says nothing about the instance.
      if (error instanceof RingError) return '';
      throw error;
    }
  };

async function confidedTo(
  { record, revision }: Told,
  ports: ConfidedPorts,
): Promise<readonly string[] | null> {
  const confidential = readableConfidential(revision, ports.vault);
  if (confidential === null) return null;
  const given = Object.values(confidential.environment).filter((value) => typeof value === 'string');
  const inputs = revision.inputs.filter(({ kind }) => kind === 'secret');
  const names = inputs.map(({ name }) => name);
  try {
    const secrets = await readSecrets(record.namespace, names, ports);
    if (inputs.some(({ name, version }) => secrets.get(name)?.version !== version)) return null;
    return [...given, ...[...secrets.values()].map(({ value }) => value)];
  } catch (error) {
    if (error instanceof RuntimeError || error instanceof RingError) return null;
    throw error;
  }
}
