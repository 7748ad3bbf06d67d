/** docker-compose, where it is installed: the command as anyone would type it, with a file made for the occasion. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchEngine } from './bench-engine.ts';
import { runToEnd } from './child.ts';
import { type Contender, graceSeconds, image } from './contender.ts';

const project = 'ring-bench-compose';

const file = `version: '3'
services:
  web:
    image: ${image}
    restart: unless-stopped
    stop_grace_period: ${graceSeconds}s
`;

/** Opens it; nothing where there is no such command. */
export const openCompose = async ({ api, host }: BenchEngine): Promise<readonly Contender[]> => {
  const version = await readVersion();
  if (version === null) return [];
  const directory = await mkdtemp(join(tmpdir(), 'ring-bench-compose-'));
  const path = join(directory, 'compose.yml');
  await writeFile(path, file);
  const compose = async (...args: readonly string[]) => {
    await runToEnd({
      program: 'docker-compose',
      args: ['-p', project, '-f', path, ...args],
      env: { DOCKER_HOST: host },
    });
  };
  const scale = (count: number) => compose('up', '-d', '--no-recreate', '--scale', `web=${count}`);
  return [
    {
      name: `docker-compose ${version}`,
      engine: api,
      label: `com.docker.compose.project=${project}`,
      up: scale,
      scale: (_, to) => scale(to),
      replace: (_, count) => scale(count),
      // The network stays, as it does for the others; `down` would take it along.
      down: () => compose('rm', '--stop', '--force'),
      async close() {
        await compose('down');
        await rm(directory, { recursive: true, force: true });
      },
    },
  ];
};

const readVersion = async (): Promise<string | null> => {
  try {
    return (await runToEnd({ program: 'docker-compose', args: ['version', '--short'] })).trim();
  } catch {
    return null;
  }
};
