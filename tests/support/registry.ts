/**
 * An image registry on this machine's loopback address, which engines use without TLS: Debian's docker-registry behind
 * a proxy that injects faults on demand, with images to push.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { freePort } from './docker-world.ts';
import { openRegistryProxy, type RegistryProxy } from './registry-proxy.ts';
import { until } from './until.ts';

/** An image as the registry has it; the engine has it no more. */
export interface Published {
  /** `host:port/repository:tag` */
  readonly image: string;
  readonly imageId: string;
  /** `host:port/repository@sha256:...` */
  readonly repoDigest: string;
}

/** A registry that runs. */
export interface Registry extends RegistryProxy {
  /** `127.0.0.1:<port>`, as image references begin. */
  readonly host: string;
  /** Makes an image of its own out of the test image and moves it into the registry; again with a tag: it has moved. */
  publish(repository: string, tag: string): Promise<Published>;
  /** Removes from the engine whatever came from this registry, and ends it. */
  close(): Promise<void>;
}

/** Starts the program of a registry that listens on 127.0.0.1 and keeps what it holds in a folder; `by` runs it. */
export const launchRegistry = async (
  folder: string,
  port: number,
  by: readonly string[] = [],
): Promise<ChildProcess> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/registry.mjs']);
  const program = stdout.trim().split('\n').at(-1) ?? '';
  const file = join(folder, 'config.json');
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML too.
  await writeFile(file, JSON.stringify(config));
  const [command = program, ...more] = [...by, program, 'serve', file];
  return spawn(command, more, { stdio: 'ignore' });
};

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Reads the progress of a push to its end; rejects when it failed. */
export const drain = async (stream: NodeJS.ReadableStream): Promise<void> => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  if (text.includes('"error"')) throw new Error(`The image was not pushed: ${text}`);
};

/** An image with a layer that no other has: what is on the engine already is never pulled. */
const makeImage = async (docker: Docker, { repo, tag }: { repo: string; tag: string }): Promise<string> => {
  const Cmd = ['sh', '-c', 'head -c 2000000 /dev/urandom > /own'];
  const container = await docker.createContainer({ Image: 'ring-test:1', Cmd });
  await container.start();
  await container.wait();
  const { Id } = await container.commit({ repo, tag, changes: 'CMD ["/bin/serve"]' });
  await container.remove();
  return Id;
};

/** Starts a registry that holds nothing; images are made on this engine, which needs `ring-test:1`. */
export const openRegistry = async (docker: Docker): Promise<Registry> => {
  const folder = await mkdtemp(join(tmpdir(), 'ring-registry-'));
  const port = await freePort();
  const child = await launchRegistry(folder, port);
  await until(() => answers(port), Boolean, { what: 'the registry' });
  const proxy = await openRegistryProxy(port);
  const host = `127.0.0.1:${proxy.port}`;

  const forget = async (): Promise<void> => {
    const filters = { reference: [`${host}/*`, `${host}/*/*`] };
    const images = await docker.listImages({ filters });
    const names = images.flatMap(({ RepoTags, RepoDigests }) => [
      ...(RepoTags ?? []),
      ...(RepoDigests ?? []),
    ]);
    for (const name of names.filter((each) => each.startsWith(`${host}/`) && !each.endsWith('<none>'))) {
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    }
  };

  return {
    ...proxy,
    host,
    async publish(repository, tag) {
      const repo = `${host}/${repository}`;
      const image = `${repo}:${tag}`;
      const imageId = await makeImage(docker, { repo, tag });
      await drain(await docker.getImage(image).push({ tag, authconfig: { username: 'x', password: 'x' } }));
      const { RepoDigests } = await docker.getImage(image).inspect();
      await docker.getImage(image).remove({ force: true });
      const repoDigest = RepoDigests.find((each) => each.startsWith(`${repo}@`)) ?? '';
      return { image, imageId, repoDigest };
    },
    async close() {
      await forget();
      await proxy.close();
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      await rm(folder, { recursive: true });
    },
  };
};
