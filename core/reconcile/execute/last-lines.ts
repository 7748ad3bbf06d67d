/**
 * Reads the end of a container's log, to be shown beside a fault: shortened, and without the container's secrets. Which
 * secrets are removed is decided in redact.ts.
 */
import { makeStop } from '../../log/stop.ts';
import type { Desired } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { redactorFor } from '../redact.ts';
import type { SecretPorts } from './read-secrets.ts';

const linesRead = 5;
const longestLine = 300;

/** Reads the last few lines of a container's log; empty if they cannot be read, or if its secrets are not known. */
export async function readLastLines(
  id: string,
  desired: Pick<Desired, 'record' | 'revision'>,
  ports: SecretPorts & { readonly runtime: Pick<Runtime, 'logs'> },
): Promise<readonly string[]> {
  const blot = await redactorFor(desired, ports);
  if (blot === null) return [];
  const lines: string[] = [];
  try {
    const request = { follow: false, tail: linesRead, signal: makeStop().signal };
    for await (const { message } of ports.runtime.logs(id, request))
      lines.push(blot(message).slice(0, longestLine));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
  }
  return lines.slice(-linesRead);
}
