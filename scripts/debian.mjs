// Decides how Debian's packages are fetched; which ones are needed is for the scripts that need them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Plain } from './say.mjs';

/** Whether packages can be installed here without asking anyone. */
export function isDebianRoot() {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0;
}

/** Installs Debian packages by name; throws Plain with apt's own words when that fails. */
export function installPackages(names) {
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

/** Downloads one package's file into `directory` without installing it; needs no root. Returns whether it worked. */
export function downloadPackage(name, directory) {
  const attempt = () => spawnSync('apt-get', ['download', '-qq', name], { cwd: directory });
  if (attempt().status === 0) return true;
  if (!isDebianRoot()) return false;
  apt(['update', '-qq']);
  return attempt().status === 0;
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (status === 0) return;
  const words = error ? error.message : `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
  throw new Plain(`apt-get ${args.join(' ')} failed:\n${words}`);
}
