/**
 * An image registry in the network namespace of a test's own engine, which uses it without TLS. It provides many
 * versions of an image, each with a layer of its own, built without running anything.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OwnEngine } from './own-engine.ts';
import { drain, launchRegistry } from './registry.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const port = 5000;

/** A registry that only one engine reaches. */
export interface InnerRegistry {
  /** Makes an image and moves it into the registry: the engine has it no more. Its name. */
  publish(repository: string, tag: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a registry beside an engine that has `ring-test:1`. */
export const openInnerRegistry = async ({ docker, networkNamespace }: OwnEngine): Promise<InnerRegistry> => {
  const folder = await mkdtemp(join(tmpdir(), 'ring-registry-'));
  const inside = ['nsenter', `--net=${networkNamespace}`];
  const child = await launchRegistry(folder, port, inside);
  const listening = new RegExp(`:${port.toString(16).toUpperCase()} [0-9A-F]+:0000 0A`);
  await until(
    async () => (await run('nsenter', [`--net=${networkNamespace}`, 'cat', '/proc/net/tcp'])).stdout,
    (sockets) => listening.test(sockets),
    { what: 'the registry' },
  );

  const make = async (repo: string, tag: string): Promise<void> => {
    await writeFile(join(folder, 'own'), randomBytes(200_000));
    const container = await docker.createContainer({ Image: 'ring-test:1' });
    const archive = spawn('tar', ['-c', '-C', folder, 'own'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await container.putArchive(archive.stdout, { path: '/' });
    await container.commit({ repo, tag });
    await container.remove();
  };

  return {
    async publish(repository, tag) {
      const repo = `127.0.0.1:${port}/${repository}`;
      const image = `${repo}:${tag}`;
      await make(repo, tag);
      await drain(await docker.getImage(image).push({ tag, authconfig: { username: 'x', password: 'x' } }));
      await docker.getImage(image).remove({ force: true });
      return image;
    },
    async close() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      await rm(folder, { recursive: true });
    },
  };
};
