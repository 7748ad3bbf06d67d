// Decides how to make sure of the programs that the e2e tests drive: a browser for /docs, and the shells that
// `ring completion` writes for. On Debian as root they are installed; elsewhere one line says what is missing, and
// the tests that need it are skipped, or fail where CI=true.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { installPackages, isDebianRoot } from './debian.mjs';
import { run, step } from './say.mjs';

// The program, and the Debian packages that it needs.
const wanted = {
  chromium: ['chromium', 'fonts-dejavu-core'],
  zsh: ['zsh'],
  fish: ['fish'],
};

/** Makes sure of the programs where that can be done, and says which ones are missing where it cannot. */
export function ensurePrograms() {
  return step('programs', async (note) => {
    const missing = Object.keys(wanted).filter((program) => !isInstalled(program));
    if (missing.length === 0) return [Object.keys(wanted).join(', ')];
    const packages = missing.flatMap((program) => wanted[program]);
    if (!isDebianRoot()) return [`${missing.join(', ')} missing; their tests need: ${packages.join(' ')}`];
    note(`installing ${missing.join(', ')} from Debian`);
    installPackages(packages);
    return [`installed ${missing.join(', ')}`];
  });
}

function isInstalled(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => {
    await ensurePrograms();
  });
}
