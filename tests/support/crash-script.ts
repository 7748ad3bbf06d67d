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
  /** `<deployment> <slot> r<revision>[ try <number>] <image> <state> <names it answers to> <what its files hold>`, each container. */
  readonly containers: readonly string[];
  /** Namespaces that have a network. */
  readonly networks: readonly string[];
  /** What jobs wrote: a line for each try, then for each run that was asked for, that waited, and that was due. */
  readonly runs: string;
}

/** One write of the client, and what is there once it has come to be. */
export interface Step {
  readonly method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly path: string;
  /** What is sent; a function where it depends on when. */
  readonly body?: object | (() => object);
  readonly end: Seen;
  /** Whether something waits for a later step, so that Ring has more to do. */
  readonly isHeld?: boolean;
  /** What it does cannot be told from what comes after it: it is waited for even when the crash is over. */
  readonly isWaitedFor?: boolean;
  /** Whether it was done though it got no answer, for what cannot be said twice. */
  readonly wasDone?: (ring: RingProcess) => Promise<boolean>;
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
    command: ['sh', '-c', 'echo run >> /runs/it; [ -e /runs/tried ] || { touch /runs/tried; exit 1; }'],
    volumes: [`${folder}:/runs`],
    retries: 1,
    concurrency: 'allow',
  };
  const byHand = { command: ['sh', '-c', 'echo by hand >> /runs/asked'] };
  const volumes = [
    { type: 'config', source: 'level', destination: '/level' },
    { type: 'secret', source: 'token', destination: '/token' },
  ];
  const web = (image: string, replicas: number) => ({ image, replicas, namespace, volumes, ...terms });
  const level = (data: string) =>
    ({ method: 'PUT', path: '/configs/level', body: { namespace, data } }) as const;
  const token = { namespace, value: 'hidden' };
  const writes = (file: string) => ({
    ...job,
    command: ['sh', '-c', `echo ${file} >> /runs/${file}`],
    retries: 0,
  });
  const later = { ...writes('later'), depends_on: [{ name: 'once', condition: 'completed' }] };
  const isThere = (id: string) => async (ring: RingProcess) =>
    (await ring.call('GET', `/deployments/${id}`)).status === 200;
  const waiting: Seen = {
    ...nothing,
    deployments: ['later pending 0 waits for once to complete (once does not exist)'],
    runs: '',
  };
  const once: Seen = {
    deployments: ['later completed 1', 'once completed 1'],
    containers: [
      `later 0 r1 ${first} exited - `,
      `once 0 r1 ${first} exited - `,
      `once 0 r1 try 2 ${first} exited - `,
    ],
    networks: [batch],
    runs: 'run\nrun\nlater\n',
  };
  const asked: Seen = {
    ...once,
    containers: [...once.containers, `once 1000 r1 ${first} exited - `],
    runs: 'run\nrun\nby hand\nlater\n',
  };
  const runs = `${asked.runs}due\n`;
  const alone: Seen = {
    ...asked,
    deployments: ['due completed 1', ...asked.deployments],
    containers: [`due 0 r1 ${first} exited - `, ...asked.containers],
    runs,
  };
  const both = (revision: number, image: string, replicas: number): Seen => ({
    deployments: [...alone.deployments, `web running ${replicas}`],
    containers: [
      ...alone.containers,
      ...Array.from(
        { length: replicas },
        (_, slot) =>
          `web ${slot} r${revision} ${image} running web,web.${namespace} ${revision === 1 ? 'old' : 'new'},hidden`,
      ),
    ],
    networks: [namespace, batch],
    runs,
  });
  return [
    { ...level('old'), end: { ...nothing, runs: '' } },
    { method: 'PUT', path: '/secrets/token', body: token, end: { ...nothing, runs: '' } },
    { method: 'PUT', path: '/deployments/later', body: later, end: waiting, isHeld: true },
    { method: 'PUT', path: '/deployments/once', body: job, end: once },
    {
      method: 'POST',
      path: '/deployments/once/runs',
      body: byHand,
      end: asked,
      isWaitedFor: true,
      wasDone: async (ring) => (await ring.call('GET', '/deployments/once/runs')).body.length > 1,
    },
    {
      method: 'PUT',
      path: '/deployments/due',
      body: () => ({ ...writes('due'), schedule: soon() }),
      end: alone,
      isWaitedFor: true,
      wasDone: isThere('due'),
    },
    { method: 'PUT', path: '/deployments/web', body: web(first, 1), end: both(1, first, 1) },
    { ...level('new'), end: both(2, first, 1) },
    { method: 'PATCH', path: '/deployments/web', body: { replicas: 2 }, end: both(2, first, 2) },
    { method: 'PUT', path: '/deployments/web', body: web(second, 2), end: both(3, second, 2) },
    { method: 'PATCH', path: '/deployments/web', body: { replicas: 1 }, end: both(3, second, 1) },
    { method: 'DELETE', path: '/deployments/web', end: alone },
    { method: 'DELETE', path: '/deployments/due', end: { ...asked, runs } },
    { method: 'DELETE', path: '/deployments/later', end: { ...withoutLater(asked), runs } },
    { method: 'DELETE', path: '/deployments/once', end: { ...nothing, runs } },
  ];
};

const withoutLater = (seen: Seen): Seen => ({
  ...seen,
  deployments: seen.deployments.filter((line) => !line.startsWith('later ')),
  containers: seen.containers.filter((line) => !line.startsWith('later ')),
});

/** A schedule that is due within two seconds, and then not for a year. */
const soon = (): string => {
  const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
  const [second, minute, hour] = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()];
  return `${second} ${minute} ${hour} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
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
  const written = ['it', 'asked', 'later', 'due'].map((file) =>
    readFile(join(folder, file), 'utf8').catch(() => ''),
  );
  const runs = (await Promise.all(written)).join('');
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
  const files = await Promise.all(placesOfFiles.map((place) => contentOf(found.Mounts, place)));
  const attempt = Labels['ring.attempt'] ? ` try ${Labels['ring.attempt']}` : '';
  const what = `${Labels['ring.slot']} r${Labels['ring.revision']}${attempt}`;
  return `${Labels['ring.deployment']} ${what} ${image} ${found.State.Status} ${served} ${files.flat().join()}`;
};

const placesOfFiles = ['/level', '/token'] as const;

/** What lies on the host where a container sees it at this place; nothing where nothing is mounted there. */
const contentOf = async (mounts: readonly { Destination: string; Source: string }[], place: string) => {
  const source = mounts.find(({ Destination }) => Destination === place)?.Source;
  return source === undefined ? [] : [await readFile(source, 'utf8').catch(() => 'none')];
};

// An image may have names of other people's beside.
const imageName = async (ring: RingProcess, image: string): Promise<string> => {
  const { RepoTags } = await ring.docker.getImage(image).inspect();
  return crashImages.find((name) => RepoTags.includes(name)) ?? image;
};
