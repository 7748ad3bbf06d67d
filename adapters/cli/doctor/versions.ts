/** Checks whether the versions of Ring and Node work together. */
import { type Finding, fail, fine } from './finding.ts';

const oldest = [20, 19] as const;

/** Checks a Node version such as `20.20.2`. */
export function checkVersions(ring: string, node: string): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOldEnough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  if (isOldEnough) return fine('versions', `Ring ${ring} on Node ${node}`);
  return fail('versions', `Ring ${ring} on Node ${node}`, `install Node ${oldest.join('.')} or newer`);
}
