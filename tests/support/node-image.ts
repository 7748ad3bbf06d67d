/**
 * Builds an image with only this machine's Node and the libraries that it loads, without downloading anything. Linux
 * only.
 */
import { execFile, spawn } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';

const run = promisify(execFile);

/** Makes sure of the image and returns its name; programs are started in it by {@link nodePath}. */
export const ensureNodeImage = async (docker: Docker): Promise<string> => {
  const image = `ring-test-node:${process.versions.node}`;
  const isThere = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (isThere) return image;
  const { stdout } = await run('ldd', [process.execPath]);
  const libraries = stdout.split('\n').flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  const archive = spawn('tar', ['-ch', process.execPath, ...libraries], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [repo, tag] = image.split(':');
  const progress = await docker.importImage(archive.stdout, { repo, tag });
  for await (const chunk of progress) {
    const text = String(chunk);
    if (text.includes('"error"')) throw new Error(`The image was not made: ${text}`);
  }
  return image;
};

/** Where Node lies in the image, and here. */
export const nodePath = process.execPath;
