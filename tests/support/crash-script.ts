/**
 * What a client does while Ring is made to crash, and what must then be there: exactly that, and nothing beside it. When
 * and how Ring crashes is decided in crash-trial.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import type { RingProcess } from './ring-process.ts';

/** Everything of one installation as a test can see it: what the API says and what the engine holds. */
export interface Seen {
  /** `<id> <status> <replicas that are ready> <reason, if any>`, each deployment. */
  readonly deployments: readonly string[];
  /** `<deployment> <slot> r<revision> <image> <state> <names it answers to>`, each container. */
  readonly containers: readonly string[];
  /** Namespaces that have a network. */
  readonly networks: readonly string[];
  /** What the job wrote: a line for each time it ran. */
  readonly runs: string;
}

/** One write of the client, and what is there once it has come to be. */
export interface Step {
  readonly method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly end: Seen;
}

/** The image that all of it runs, in two versions. */
export const crashImages = ['ring-test:1', 'ring-test:2'] as const;

const terms = { update: { min_healthy_time: '100ms', drain_delay: '100ms' }, stop_grace: '5s' };
const nothing = { deployments: [], containers: [], networks: [] };

/** Where the client's deployments live: others work with the same names on the same engine. */
export interface CrashHome {
  /** Where the job keeps its account. */
  readonly runs: string;
  /** A namespace of its own; the job has another one, which begins with it. */
  readonly namespace: string;
}

/** The client's writes in order. */
export const crashScript = ({ runs: folder, namespace }: CrashHome): readonly Step[] => {
  const [first, second] = crashImages;
  const batch = `${namespace}-batch`;
  const job = {
    kind: 'job',
    image: first,
    namespace: batch,
    command: ['sh', '-c', 'echo run >> /runs/it'],
    volumes: [`${folder}:/runs`],
  };
  const web = (image: string, replicas: number) => ({ image, replicas, namespace, ...terms });
  const runs = 'run\n';
  const alone: Seen = {
    deployments: ['once completed 1'],
    containers: [`once 0 r1 ${first} exited -`],
    networks: [batch],
    runs,
  };
  const both = (revision: number, image: string, replicas: number): Seen => ({
    deployments: [...alone.deployments, `web running ${replicas}`],
    containers: [
      ...alone.containers,
      ...Array.from(
        { length: replicas },
        (_, slot) => `web ${slot} r${revision} ${image} running web,web.${namespace}`,
      ),
    ],
    networks: [namespace, batch],
    runs,
  });
  return [
    { method: 'PUT', path: '/deployments/once', body: job, end: alone },
    { method: 'PUT', path: '/deployments/web', body: web(first, 1), end: both(1, first, 1) },
    { method: 'PATCH', path: '/deployments/web', body: { replicas: 2 }, end: both(1, first, 2) },
    { method: 'PUT', path: '/deployments/web', body: web(second, 2), end: both(2, second, 2) },
    { method: 'PATCH', path: '/deployments/web', body: { replicas: 1 }, end: both(2, second, 1) },
    { method: 'DELETE', path: '/deployments/web', end: alone },
    { method: 'DELETE', path: '/deployments/once', end: { ...nothing, runs } },
  ];
};

/** What the API says of every deployment. */
export const statuses = async (ring: RingProcess): Promise<string[]> => {
  const list: readonly DeploymentSummary[] = (await ring.call('GET', '/deployments')).body;
  return list
    .map(({ id, status, ready_replicas, status_reason }) =>
      `${id} ${status} ${ready_replicas} ${status_reason ?? ''}`.trim(),
    )
    .sort();
};

/** Looks at everything there is of an installation. */
export const lookAtAll = async (ring: RingProcess, folder: string): Promise<Seen> => {
  const deployments = await statuses(ring);
  const containers = await Promise.all((await ring.containers()).map(({ Id }) => describe(ring, Id)));
  const networks = (await ring.networks()).map(({ Labels }) => Labels?.['ring.namespace'] ?? '?');
  const runs = await readFile(join(folder, 'it'), 'utf8').catch(() => '');
  return { deployments, containers: containers.sort(), networks: networks.sort(), runs };
};

const describe = async (ring: RingProcess, id: string): Promise<string> => {
  const found = await ring.docker
    .getContainer(id)
    .inspect()
    .catch(() => null);
  if (found === null) return 'one that goes just now';
  const { Labels, Image } = found.Config;
  const names = Object.values(found.NetworkSettings.Networks)
    .flatMap(({ Aliases }) => Aliases ?? [])
    .filter((alias) => !id.startsWith(alias))
    .sort();
  const served = found.State.Running ? names.join() : '-';
  const image = await imageName(ring, Image);
  return `${Labels['ring.deployment']} ${Labels['ring.slot']} r${Labels['ring.revision']} ${image} ${found.State.Status} ${served}`;
};

// An image may have names of other people's beside.
const imageName = async (ring: RingProcess, image: string): Promise<string> => {
  const { RepoTags } = await ring.docker.getImage(image).inspect();
  return crashImages.find((name) => RepoTags.includes(name)) ?? image;
};
