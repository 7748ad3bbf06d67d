// Decides where a registry of images for tests comes from: the machine's own docker-registry, else Debian's package,
// downloaded and unpacked without installing it. `node scripts/registry.mjs` prints its path in the last line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { downloadPackage } from './debian.mjs';
import { Plain, run, step } from './say.mjs';

const cache = fileURLToPath(new URL('../.cache/registry/', import.meta.url));

/** The path of a docker-registry that runs here; throws Plain where there is none to be had. */
export function ensureRegistry() {
  return step('registry', async (note) => {
    const unpacked = join(cache, 'usr/bin/docker-registry');
    const found = ['/usr/bin/docker-registry', unpacked].find(works);
    if (found) return [found, found];
    note('fetching docker-registry from Debian');
    if (!unpack(unpacked))
      throw new Plain("No registry of images: install Debian's docker-registry package.");
    return [unpacked, unpacked];
  });
}

function unpack(to) {
  if (!existsSync('/usr/bin/dpkg-deb')) return false;
  mkdirSync(cache, { recursive: true });
  if (!downloadPackage('docker-registry', cache)) return false;
  const file = readdirSync(cache).find((name) => name.endsWith('.deb'));
  spawnSync('dpkg-deb', ['--extract', join(cache, file), cache]);
  return works(to);
}

function works(path) {
  return spawnSync(path, ['--version']).status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => {
    console.log(await ensureRegistry());
  });
}
