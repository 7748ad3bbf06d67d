/**
 * Runs one trial: a client works through a chapter, Ring is killed with SIGKILL at one point and restarted on the same
 * data, and the final state must be the same as without the crash. The test enumerates the points.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Docker from 'dockerode';
import { type Chapter, lookAtAll, type Seen, type Step, statuses } from './crash-script.ts';
import { type EngineProxy, openEngineProxy } from './engine-proxy.ts';
import { dieAfterWrite } from './odd-ring.ts';
import type { RingCommand } from './ring-command.ts';
import { openRingProcess, type RingProcess } from './ring-process.ts';
import { until } from './until.ts';

// Generous: only what fails takes so long.
const patienceMs = 90_000;

/** When Ring is killed; numbers from 1. */
export type Crash =
  | { readonly at: 'before the call' | 'after the call'; readonly number: number }
  | { readonly at: 'after the write'; readonly number: number };

/** Where a trial runs. */
export interface TrialPlace {
  readonly command: RingCommand;
  /** The engine's own socket. */
  readonly socketPath: string;
  /** From 0: places that are used at the same time differ in it. */
  readonly lane: number;
  /** An image of a registry that only this place pulls. */
  readonly remoteImage: string;
}

/** How a trial went. */
export interface Trial {
  readonly crash: Crash;
  /** Whether the chapter has such a point at all. */
  readonly reached: boolean;
  /** What was being done when Ring was killed. */
  readonly point: string;
  /** null: all is as declared. */
  readonly failure: string | null;
}

/** Runs one trial and removes all it left. */
export const runTrial = async (place: TrialPlace, chapter: Chapter, crash: Crash): Promise<Trial> => {
  const folder = await mkdtemp(join(tmpdir(), 'ring-crash-'));
  await mkdir(join(folder, 'runs'));
  const proxy = await openEngineProxy(join(folder, 'proxy.sock'), place.socketPath);
  const subject = await openSubject({ place, crash, folder, proxy });
  try {
    const { MemTotal: memoryBytes } = await subject.docker.info();
    const namespace = `shop-${place.lane}`;
    const { remoteImage } = place;
    const script = chapter.steps({ runs: subject.runs, namespace, remoteImage, memoryBytes });
    const failure = await work(subject, script)
      .then((during) => expectPulledGone(subject, remoteImage, during))
      .then(
        () => null,
        (error: Error) => `${error.message}; Ring said: ${subject.said()}`,
      );
    return { crash, ...subject.killed(), failure };
  } finally {
    await subject.close();
    await removeImage(subject.docker, place.remoteImage);
    await proxy.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/**
 * What Ring pulled and nothing needs is gone. Where Ring was killed over the pull it cannot know that the image is its
 * own: then it stays, as anybody else's would.
 */
const expectPulledGone = async ({ docker }: Subject, image: string, during: Step | null): Promise<void> => {
  const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  if (names.includes(image) && during?.pulls !== true) throw new Error(`The image ${image} was left`);
};

const removeImage = (docker: Docker, image: string): Promise<unknown> =>
  docker
    .getImage(image)
    .remove({ force: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
    });

/** A Ring that is killed once, and that whoever uses it starts again. */
interface Subject {
  readonly runs: string;
  /** The engine itself, past the proxy. */
  readonly docker: Docker;
  /** Asks; after the kill Ring is started again, and it is asked once more. */
  ask<T>(question: (ring: RingProcess) => Promise<T>): Promise<T>;
  /** The last words of Ring so far. */
  said(): string;
  killed(): { readonly reached: boolean; readonly point: string };
  close(): Promise<void>;
}

interface Opening {
  readonly place: TrialPlace;
  readonly crash: Crash;
  readonly folder: string;
  readonly proxy: EngineProxy;
}

const openSubject = async ({ place, crash, folder, proxy }: Opening): Promise<Subject> => {
  const { command, lane, socketPath } = place;
  const memory = await mkdtemp('/dev/shm/ring-crash-');
  const env = {
    RING_NETWORK_POOL: `10.${201 + lane}.0.0/16`,
    RING_LOG_LEVEL: 'warn',
    RING_RUN_DIR: memory,
    RING_GC: 'off',
    RING_IMAGE_GRACE: '0s',
  };
  const options = { command, socketPath: proxy.socketPath, dataDir: join(folder, 'data'), env };
  let death: Promise<void> | null = null;
  let point = '';
  const mortal = crash.at === 'after the write' ? { [dieAfterWrite]: String(crash.number) } : {};
  let ring = await openRingProcess({ ...options, env: { ...env, ...mortal } }).catch(() => null);
  if (ring === null) {
    point = 'while it started';
    death = Promise.resolve();
    ring = await openRingProcess(options);
  }
  const subject = ring;
  if (crash.at !== 'after the write') {
    proxy.follow(({ change, method, path }) => {
      if (change !== crash.number) return null;
      const reached = () => {
        point = `${method} ${path}`;
        death = subject.kill();
      };
      return { moment: crash.at === 'before the call' ? 'before' : 'after', act: 'hang', reached };
    });
  }
  const isRevived = { value: death !== null };

  const revive = async () => {
    if (crash.at === 'after the write') death = subject.serving().ended.then(() => undefined);
    if (death === null || isRevived.value)
      throw new Error(`Ring does not answer: ${subject.serving().said()}`);
    isRevived.value = true;
    await death;
    point ||= /dies after .*/.exec(subject.serving().said())?.[0] ?? '?';
    proxy.follow(() => null);
    await subject.start({ [dieAfterWrite]: '' });
  };

  return {
    runs: join(folder, 'runs'),
    docker: new Docker({ socketPath }),
    async ask(question) {
      try {
        return await question(subject);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        await revive();
        return question(subject);
      }
    },
    said: () => subject.serving().said().slice(-1_000),
    killed: () => ({ reached: death !== null, point }),
    async close() {
      proxy.follow(() => null);
      await subject.close();
      await rm(memory, { recursive: true, force: true });
    },
  };
};

/**
 * Does the script; rejects with what is not as declared. Each step is waited for up to the one that Ring did not
 * survive; the rest is said in one go, and then it is the end that must come. Resolves with the step in which Ring died.
 */
const work = async (subject: Subject, script: readonly Step[]): Promise<Step | null> => {
  let during: Step | null = null;
  for (const [index, step] of script.entries()) {
    const { method, path, end } = step;
    const { status, body: said } = await say(subject, step);
    const isDone = status < 300 || (method === 'DELETE' && status === 404);
    if (!isDone) throw new Error(`${method} ${path} answers ${status}: ${JSON.stringify(said)}`);
    if (during === null || step.isWaitedFor || index === script.length - 1) {
      await untilSeen(subject, end, step.isHeld ? 'converging' : 'converged');
    }
    if (subject.killed().reached) during ??= step;
  }
  return during;
};

/** Says it, and once more where there was no answer: unless it was done all the same. */
const say = (subject: Subject, { method, path, body, wasDone }: Step) => {
  let isRepeat = false;
  return subject.ask(async (ring) => {
    if (isRepeat && (await wasDone?.(ring))) return { status: 200, body: null };
    isRepeat = true;
    const sent = typeof body === 'function' ? body() : body;
    return ring.call(method, path, sent ? { body: sent } : {});
  });
};

/** It comes to be, stays so when Ring looks again, and Ring itself says that nothing is left to do. */
const untilSeen = async (
  subject: Subject,
  wanted: Seen,
  state: 'converged' | 'converging',
): Promise<void> => {
  const patience = { what: JSON.stringify(wanted), withinMs: patienceMs };
  const isSaid = (said: readonly string[]) => isDeepStrictEqual(said, wanted.deployments);
  await until(() => subject.ask(statuses), isSaid, patience);
  const look = () => subject.ask((ring) => lookAtAll(ring, subject.runs));
  const isWanted = (seen: Seen) => isDeepStrictEqual(seen, wanted);
  await until(look, isWanted, patience);
  await until(
    () => subject.ask((ring) => ring.call('POST', '/reconcile')),
    ({ body }) => body.state === state,
    { what: `a reconciler that says ${state}` },
  );
  const after = await look();
  if (!isWanted(after)) throw new Error(`It did not stay so: ${JSON.stringify(after)}`);
};
