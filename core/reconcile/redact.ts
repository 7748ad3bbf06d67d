/**
 * Removes the secret values that a container was given from a text before Ring keeps or shows it. The log of a
 * container itself is not changed.
 */
import { readableConfidential } from '../deployment/revision.ts';
import { RingError } from '../errors.ts';
import type { Redact } from '../health/watch.ts';
import type { Desired, ReconcilerStore } from '../ports.ts';
import { RuntimeError } from '../runtime-error.ts';
import { readSecrets, type SecretPorts } from './execute/read-secrets.ts';

/** The minimum length of a redacted value: shorter ones occur in any text by chance. */
const leastSecretLength = 6;

/** The deployment and the revision whose secret values are meant. */
type Told = Pick<Desired, 'record' | 'revision'>;

/**
 * Makes a function that replaces the secret values of a container of this revision in any text; null if they are not
 * known: their key is lost, or a secret has another version by now than the container was given.
 */
export async function redactorFor(
  told: Told,
  ports: SecretPorts,
): Promise<((text: string) => string) | null> {
  const confided = await confidedTo(told, ports);
  if (confided === null) return null;
  // A log line contains at most one line of a secret. The longest come first, since one may begin with another.
  const secrets = [...new Set(confided.flatMap((value) => [value, ...value.split('\n')]).flatMap(formsOf))]
    .filter(({ length }) => length >= leastSecretLength)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const whole = secrets.reduce((blotted, secret) => blotted.replaceAll(secret, '***'), text);
    return withoutCutSecret(whole, secrets);
  };
}

/** The forms in which a value may occur in a text: as it is, inside a JSON string, and in a URL. */
function formsOf(value: string): readonly string[] {
  const inUrl = encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\u{fffd}'));
  return [value, JSON.stringify(value).slice(1, -1), inUrl, inUrl.replaceAll('%20', '+')];
}

/**
 * The text without the beginning of a secret at its end, which may be left when output is cut off at its maximum
 * length.
 */
function withoutCutSecret(text: string, secrets: readonly string[]): string {
  // The cut may split a character.
  const whole = text.replace(/\u{fffd}+$/u, '');
  const starts = secrets.map((secret) => startOfCut(whole, secret)).filter((at) => at >= 0);
  return starts.length === 0 ? text : `${text.slice(0, Math.min(...starts))}***`;
}

/** The index at which the text ends with the beginning of a secret; -1: it does not. */
function startOfCut(text: string, secret: string): number {
  const beginning = secret.slice(0, leastSecretLength);
  const earliest = Math.max(0, text.length - secret.length);
  for (let at = text.indexOf(beginning, earliest); at >= 0; at = text.indexOf(beginning, at + 1)) {
    if (secret.startsWith(text.slice(at))) return at;
  }
  return -1;
}

/**
 * Makes a function that removes secret values from answers to health checks; it returns an empty text if they are not
 * known.
 */
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
      // The database does not answer, which says nothing about the instance.
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
