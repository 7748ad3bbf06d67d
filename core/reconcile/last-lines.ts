/** Reads the end of a container's log, to be told beside a fault: short, and with none of its secrets. */
import type { RevisionRecord } from '../deployment/record.ts';
import { readableConfidential } from '../deployment/revision.ts';
import { makeStop } from '../log/stop.ts';
import type { Vault } from '../ports.ts';
import { type Runtime, RuntimeError } from '../runtime.ts';

const linesRead = 5;
const longestLine = 300;
/** Shorter values stand in any text by chance. */
const leastSecretLength = 6;

/** The last few lines; empty where they cannot be read, or where nobody can say what in them is secret. */
export async function readLastLines(
  id: string,
  {
    runtime,
    vault,
    revision,
  }: {
    readonly runtime: Pick<Runtime, 'logs'>;
    readonly vault: Vault;
    readonly revision: RevisionRecord;
  },
): Promise<readonly string[]> {
  const confidential = readableConfidential(revision, vault);
  if (confidential === null) return [];
  // A line shows one line of a secret at most; the longest first, since one may begin with another.
  const secrets = Object.values(confidential.environment)
    .flatMap((value) => value.split('\n'))
    .filter(({ length }) => length >= leastSecretLength)
    .sort((a, b) => b.length - a.length);
  const hide = (line: string) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  const lines: string[] = [];
  try {
    const request = { follow: false, tail: linesRead, signal: makeStop().signal };
    for await (const { message } of runtime.logs(id, request))
      lines.push(hide(message).slice(0, longestLine));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
  }
  return lines.slice(-linesRead);
}
