/** Reads the version of Ring. */
import { readFileSync } from 'node:fs';

/** Returns the version of the package that contains this file, in the sources and in the built package. */
export const readVersion = (): string => {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    const found = versionIn(folder);
    if (found) return found;
  }
  return 'unknown';
};

function versionIn(folder: URL): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    return name === 'ring-orchestrator' ? String(version) : null;
  } catch {
    return null;
  }
}
