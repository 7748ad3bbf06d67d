// Decides which images the tests on a real engine use; scripts/images.mjs builds them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Makes sure that the engine has `ring-test:<version>` and returns that name. The image holds busybox with all its
 * commands (sh, sleep, httpd, nc, wget, printf); without a command it serves a page on port 80 that names its
 * version, and ends at once on SIGTERM. Each version has an image id of its own.
 */
export async function ensureTestImage(version = '1'): Promise<string> {
  const image = `ring-test:${version}`;
  await promisify(execFile)(process.execPath, ['scripts/images.mjs', image]);
  return image;
}
