/** Which Ring this is. */
import { readFileSync } from 'node:fs';

/** The version of the package that this file belongs to, in the sources and in the built package alike. */
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
