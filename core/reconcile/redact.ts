/**
 * Blots out of a text what a container was told in confidence, before it is kept or shown as Ring's own word. A
 * container's log is its own and stays as it is.
 */
import { readableConfidential } from '../deployment/revision.ts';
import { RingError } from '../errors.ts';
import type { Redact } from '../health/watch.ts';
import type { Desired, ReconcilerStore } from '../ports.ts';
import { RuntimeError } from '../runtime-error.ts';
import { readSecrets, type SecretPorts } from './execute/read-secrets.ts';

/** Shorter values stand in any text by chance. */
const leastSecretLength = 6;

/** Whose values are meant. */
type Told = Pick<Desired, 'record' | 'revision'>;

/**
 * What blots the values of a container of this revision out of any text; null where nobody can say what they are: their
 * key is lost, or a secret is another one by now than it was given.
 */
export async function redactorFor(
  told: Told,
  ports: SecretPorts,
): Promise<((text: string) => string) | null> {
  const confided = await confidedTo(told, ports);
  if (confided === null) return null;
  // A line shows one line of a secret at most; the longest first, since one may begin with another.
  const secrets = [...new Set(confided.flatMap((value) => [value, ...value.split('\n')]).flatMap(formsOf))]
    .filter(({ length }) => length >= leastSecretLength)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const whole = secrets.reduce((blotted, secret) => blotted.replaceAll(secret, '***'), text);
    return withoutCutSecret(whole, secrets);
  };
}

/** How a value stands in a text: as it is, inside a JSON string, and in a URL. */
function formsOf(value: string): readonly string[] {
  const inUrl = encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\u{fffd}'));
  return [value, JSON.stringify(value).slice(1, -1), inUrl, inUrl.replaceAll('%20', '+')];
}

/** The text without the beginning of a secret at its end: what is asked for is cut off at a bound. */
function withoutCutSecret(text: string, secrets: readonly string[]): string {
  // The cut may go through a character.
  const whole = text.replace(/\u{fffd}+$/u, '');
  const starts = secrets.map((secret) => startOfCut(whole, secret)).filter((at) => at >= 0);
  return starts.length === 0 ? text : `${text.slice(0, Math.min(...starts))}***`;
}

/** Where a beginning of a secret that ends the text begins; -1: nowhere. */
function startOfCut(text: string, secret: string): number {
  const beginning = secret.slice(0, leastSecretLength);
  const earliest = Math.max(0, text.length - secret.length);
  for (let at = text.indexOf(beginning, earliest); at >= 0; at = text.indexOf(beginning, at + 1)) {
    if (secret.startsWith(text.slice(at))) return at;
  }
  return -1;
}

/** Blots out what health checks are answered; nothing is left of it where nobody can say what in it is secret. */
export const makeRedact =
  (ports: SecretPorts & { readonly store: Pick<ReconcilerStore, 'find' | 'secrets'> }): Redact =>
  async ({ uid, specHash }, text) => {
    if (text === '') return text;
    try {
      const desired = await ports.store.find(uid);
      const all = desired ? [desired.revision, desired.stable, ...desired.older] : [];
      const revision = all.find((one) => one?.specHash === specHash);
      if (!desired || !revision) return '';
      const blot = await redactorFor({ record: desired.record, revision }, ports);
      return blot?.(text) ?? '';
    } catch (error) {
      // The database does not answer: that says nothing about the instance.
      if (error instanceof RingError) return '';
      throw error;
    }
  };

async function confidedTo({ record, revision }: Told, ports: SecretPorts): Promise<readonly string[] | null> {
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
