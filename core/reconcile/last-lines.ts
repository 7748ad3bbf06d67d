/** Reads the end of a container's log, to be told beside a fault: short, and with none of its secrets. */

import { readableConfidential } from '../deployment/revision.ts';
import { RingError } from '../errors.ts';
import { makeStop } from '../log/stop.ts';
import type { Desired } from '../ports.ts';
import { type Runtime, RuntimeError } from '../runtime.ts';
import { type ConfidedPorts, readSecrets } from './confided.ts';

const linesRead = 5;
const longestLine = 300;
/** Shorter values stand in any text by chance. */
const leastSecretLength = 6;

/** The last few lines; empty where they cannot be read, or where nobody can say what in them is secret. */
export async function readLastLines(
  id: string,
  desired: Pick<Desired, 'record' | 'revision'>,
  ports: ConfidedPorts & { readonly runtime: Pick<Runtime, 'logs'> },
): Promise<readonly string[]> {
  const confided = await confidedTo(desired, ports);
  if (confided === null) return [];
  // A line shows one line of a secret at most; the longest first, since one may begin with another.
  const secrets = confided
    .flatMap((value) => value.split('\n'))
    .filter(({ length }) => length >= leastSecretLength)
    .sort((a, b) => b.length - a.length);
  const hide = (line: string) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  const lines: string[] = [];
  try {
    const request = { follow: false, tail: linesRead, signal: makeStop().signal };
    for await (const { message } of ports.runtime.logs(id, request))
      lines.push(hide(message).slice(0, longestLine));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
  }
  return lines.slice(-linesRead);
}

/**
 * All that a container of this revision was told in confidence; null where that cannot be said: its key is lost, or a
 * secret is another one by now than it was given.
 */
async function confidedTo(
  { record, revision }: Pick<Desired, 'record' | 'revision'>,
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
