// Decides where a static busybox comes from: the machine's own, else Debian's package, downloaded and unpacked
// without installing it. A machine that has neither gets undefined.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadPackage } from './debian.mjs';

const cache = fileURLToPath(new URL('../.cache/busybox/', import.meta.url));

/** The path of a static busybox for this machine's processor, or undefined. */
export function findBusybox() {
  if (process.platform !== 'linux') return undefined;
  const unpacked = join(cache, 'bin/busybox');
  return ['/bin/busybox', '/usr/bin/busybox', unpacked].find(isStatic) ?? unpack(unpacked);
}

/** The names that a busybox answers to: sh, sleep, httpd and so on. */
export function applets(busybox) {
  const { stdout } = spawnSync(busybox, ['--list'], { encoding: 'utf8' });
  return stdout.split('\n').filter((name) => name && name !== 'busybox');
}

function unpack(to) {
  if (!existsSync('/usr/bin/dpkg-deb')) return undefined;
  mkdirSync(cache, { recursive: true });
  if (!downloadPackage('busybox-static', cache)) return undefined;
  const file = readdirSync(cache).find((name) => name.endsWith('.deb'));
  spawnSync('dpkg-deb', ['--extract', join(cache, file), cache]);
  return isStatic(to) ? to : undefined;
}

// A dynamic executable names its interpreter (PT_INTERP, 3) in its program headers; 64-bit little-endian ELF only.
function isStatic(path) {
  if (!existsSync(path)) return false;
  const file = readFileSync(path);
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return false;
  const [start, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  return !Array.from({ length: count }, (_, index) => file.readUInt32LE(start + index * size)).includes(3);
}
