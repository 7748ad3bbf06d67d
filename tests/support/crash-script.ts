/**
 * Defines the format of a client's script during which Ring is made to crash: chapters of steps, and the expected state
 * after each step. crash-chapters.ts and crash-jobs.ts contain the chapters; crash-trial.ts decides when and how Ring
 * crashes.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import type { RingProcess } from './ring-process.ts';

/** Everything of one installation as a test can see it: what the API says and what the engine holds. */
export interface Seen {
  /** `<id> <status> <replicas that are ready> <reason, if any>`, each deployment. */
  readonly deployments: readonly string[];
  /** `<deployment> <slot> r<revision>[ try <number>] <image> <state> <names it answers to> <what it was given>`, each container. */
  readonly containers: readonly string[];
  /** Namespaces that have a network. */
  readonly networks: readonly string[];
  /** `<noun> <name>`: each namespace, config, secret and volume. */
  readonly records: readonly string[];
  /** What jobs wrote, file by file. */
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
  /** Its result cannot be told from that of later steps: it is waited for even when the crash is over. */
  readonly isWaitedFor?: boolean;
  /** Whether it was done though it got no answer, for what cannot be sent twice. */
  readonly wasDone?: (ring: RingProcess) => Promise<boolean>;
  /** Ring pulls the image of the home in it. */
  readonly pulls?: boolean;
}

/** Where a script runs: others run with the same names on the same engine at the same time. */
export interface CrashHome {
  /** Where jobs keep their account. */
  readonly runs: string;
  /** A namespace of its own; further ones begin with it. */
  readonly namespace: string;
  /** An image of a registry that is not on the engine. */
  readonly remoteImage: string;
  /** What the engine's host has. */
  readonly memoryBytes: number;
}

/** A script that stands on its own: it begins with nothing and ends with nothing but what jobs wrote. */
export interface Chapter {
  readonly title: string;
  readonly steps: (home: CrashHome) => readonly Step[];
}

/** The image that nearly all of it runs, in two versions. */
export const crashImages = ['ring-test:1', 'ring-test:2'] as const;

/** An installation that has nothing. */
export const nothing: Seen = { deployments: [], containers: [], networks: [], records: [], runs: '' };

/** For steps that are not idempotent. */
export const isThere = (path: string) => async (ring: RingProcess) =>
  (await ring.call('GET', path)).status === 200;

/** What the API says of every deployment. */
export const statuses = async (ring: RingProcess): Promise<string[]> => {
  const list: readonly DeploymentSummary[] = (await ring.call('GET', '/deployments')).body;
  return list
    .map(({ id, status, ready_replicas, status_reason }) =>
      `${id} ${status} ${ready_replicas} ${status_reason ?? ''}`.trim(),
    )
    .sort();
};

const accounts = ['it', 'asked', 'later', 'due', 'many', 'crowd', 'brief', 'kept'] as const;

/** Looks at everything there is of an installation. */
export const lookAtAll = async (ring: RingProcess, folder: string): Promise<Seen> => {
  const deployments = await statuses(ring);
  const containers = await Promise.all((await ring.containers()).map(({ Id }) => describe(ring, Id)));
  const networks = (await ring.networks()).map(({ Labels }) => Labels?.['ring.namespace'] ?? '?');
  const records = await Promise.all(['namespaces', 'configs', 'secrets', 'volumes'].map(recordsOf(ring)));
  const written = accounts.map((file) => readFile(join(folder, file), 'utf8').catch(() => ''));
  const runs = (await Promise.all(written)).join('');
  return {
    deployments,
    containers: containers.sort(),
    networks: networks.sort(),
    records: records.flat(),
    runs,
  };
};

const recordsOf = (ring: RingProcess) => async (noun: string) => {
  const list: readonly { name: string }[] = (await ring.call('GET', `/${noun}`)).body;
  return list.map(({ name }) => `${noun.slice(0, -1)} ${name}`).sort();
};

const describe = async (ring: RingProcess, id: string): Promise<string> => {
  const found = await ring.docker
    .getContainer(id)
    .inspect()
    .catch(() => null);
  if (found === null) return 'one that goes just now';
  const { Labels, Image, Env } = found.Config;
  const names = Object.values(found.NetworkSettings.Networks)
    .flatMap(({ Aliases }) => Aliases ?? [])
    .filter((alias) => !id.startsWith(alias))
    .sort();
  const served = found.State.Running ? names.join() : '-';
  const image = await imageName(ring, Image);
  const files = await Promise.all(placesOfFiles.map((place) => contentOf(found.Mounts, place)));
  const tokens = Env.filter((line) => line.startsWith('TOKEN='));
  const attempt = Labels['ring.attempt'] ? ` try ${Labels['ring.attempt']}` : '';
  const what = `${Labels['ring.slot']} r${Labels['ring.revision']}${attempt}`;
  const given = [...files.flat(), ...tokens].join();
  return `${Labels['ring.deployment']} ${what} ${image} ${found.State.Status} ${served} ${given}`;
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
  return crashImages.find((name) => RepoTags.includes(name)) ?? RepoTags[0] ?? image;
};
