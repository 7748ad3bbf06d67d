/**
 * Runs `ring serve` in a process of its own with a data directory of its own, which tests query over HTTP, kill and
 * restart. At the end everything with its installation id is removed from the engine.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import type { Deployment } from '../../core/deployment/view.ts';
import type { EventView } from '../../core/event/event.ts';
import { makeDescribed, makeDescribedFetch } from './described.ts';
import { removeAll, sharedSocket } from './docker-world.ts';
import { makeRingCommand, type RingCommand } from './ring-command.ts';
import { type Patience, until } from './until.ts';

/** How a Ring is to be started. */
export interface RingOptions {
  /** The engine's socket. */
  readonly socketPath?: string;
  /** Taken as it is and left, where it is given. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Taken as it is and left, where it is given. */
  readonly command?: RingCommand;
}

/** What came back; JSON is parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** What goes with a request; without a token of its own it is the administrator's. */
export interface Sent {
  readonly body?: unknown;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A process of Ring. */
export interface Serving {
  readonly url: string;
  readonly pid: number;
  /** All it said on stdout and stderr. */
  said(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null after a kill. */
  readonly ended: Promise<number | null>;
}

/** A Ring that can be asked, killed and started again. */
export interface RingProcess {
  readonly docker: Docker;
  readonly dataDir: string;
  readonly installationId: string;
  /** The process that serves now. */
  serving(): Serving;
  open(method: string, path: string, sent?: Sent): Promise<Response>;
  call(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Declares a deployment by PUT; rejects when that is refused. */
  declare(id: string, declaration: DeploymentDeclaration): Promise<Deployment>;
  read(id: string): Promise<Deployment>;
  events(id: string): Promise<readonly EventView[]>;
  /** Reads a deployment until it is as wanted. */
  until(id: string, enough: (deployment: Deployment) => boolean, patience?: Patience): Promise<Deployment>;
  untilStatus(id: string, status: Deployment['status'], patience?: Patience): Promise<Deployment>;
  untilGone(id: string): Promise<void>;
  /** Containers of a deployment, or of all, stopped ones included. */
  containers(id?: string): Promise<Docker.ContainerInfo[]>;
  networks(): Promise<Docker.NetworkInspectInfo[]>;
  /** Kills without mercy and waits for the end. */
  kill(): Promise<void>;
  /** Asks it to end; the exit code. */
  stop(): Promise<number | null>;
  /** Serves again on the same data, with more in its environment where that is given. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** A second server on the same data. */
  startBeside(): Promise<Serving>;
  /** `ring reconcile` on the same data. */
  reconcile(): Promise<{ readonly code: number | null; readonly report: Answer['body'] }>;
  close(): Promise<void>;
}

/** Starts a Ring and logs in. */
export const openRingProcess = async (options: RingOptions = {}): Promise<RingProcess> => {
  const { socketPath = sharedSocket } = options;
  const command = options.command ?? (await makeRingCommand());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ring-e2e-')));
  const docker = new Docker({ socketPath });
  const env = { DOCKER_HOST: `unix://${socketPath}`, ...options.env };
  const place: Place = { command, dataDir, env };
  let serving = await serve(place);
  const others: Serving[] = [];
  const session = { token: await logIn(serving.url) };
  const installationId = audienceOf(session.token);

  const described = makeDescribed();
  const open = async (method: string, path: string, sent: Sent = {}) => {
    const response = await fetch(`${serving.url}${path}`, toInit(method, sent, session.token));
    return described.watched({ method, path }, response);
  };
  const call = async (method: string, path: string, sent: Sent = {}) => {
    const answer = await toAnswer(await open(method, path, sent));
    described.check({ method, path, ...answer });
    return answer;
  };
  const read = async (id: string): Promise<Deployment> => (await call('GET', `/deployments/${id}`)).body;
  const filters = { label: [`ring.instance=${installationId}`] };
  const containers = (id?: string) =>
    docker.listContainers({
      all: true,
      filters: { label: id === undefined ? filters.label : [...filters.label, `ring.deployment=${id}`] },
    });
  const untilOf = (id: string, enough: (deployment: Deployment) => boolean, patience: Patience = {}) =>
    until(() => read(id), enough, { what: `the wanted state of ${id}`, ...patience });

  return {
    docker,
    dataDir,
    installationId,
    serving: () => serving,
    open,
    call,
    async declare(id, declaration) {
      const { status, body } = await call('PUT', `/deployments/${id}`, { body: declaration });
      if (status >= 300) throw new Error(`${id} was refused: ${JSON.stringify(body)}`);
      return body;
    },
    read,
    events: async (id) => (await call('GET', `/deployments/${id}/events?limit=1000`)).body,
    until: untilOf,
    untilStatus: (id, status, patience) =>
      untilOf(id, (found) => found.status === status, { what: `${id} being ${status}`, ...patience }),
    async untilGone(id) {
      await until(
        async () => (await call('GET', `/deployments/${id}`)).status,
        (status) => status === 404,
        { what: `the end of ${id}` },
      );
    },
    containers,
    networks: () => docker.listNetworks({ filters }),
    async kill() {
      serving.kill('SIGKILL');
      await serving.ended;
    },
    stop() {
      serving.kill('SIGTERM');
      return serving.ended;
    },
    async start(more = {}) {
      serving = await serve({ ...place, env: { ...env, ...more } });
    },
    async startBeside() {
      const other = await serve(place);
      others.push(other);
      return other;
    },
    reconcile: () => reconcileOnce(place),
    async close() {
      for (const one of [serving, ...others]) one.kill('SIGKILL');
      await Promise.all([serving, ...others].map(({ ended }) => ended));
      await removeAll(docker, installationId);
      for (const memory of ['/run', '/dev/shm'])
        await rm(join(memory, `ring-${installationId}`), { recursive: true, force: true });
      if (options.command === undefined) await command.remove();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
};

interface Place {
  readonly command: RingCommand;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}

const serve = async ({ command, dataDir, env }: Place): Promise<Serving> => {
  const child = command.start(['serve', '--port', '0', '--data-dir', dataDir], env);
  const said = listen(child);
  const ended = once(child, 'close').then(() => child.exitCode);
  const url = await until(
    () => /listens on (http\S+)/.exec(said())?.[1] ?? (hasEnded(child) ? `it ended: ${said()}` : ''),
    (found) => found !== '',
    { what: 'the first word of ring serve' },
  );
  if (!url.startsWith('http')) throw new Error(`ring serve did not start: ${url}`);
  return { url, pid: child.pid ?? 0, said, ended, kill: (signal) => void child.kill(signal) };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

const reconcileOnce = async ({ command, dataDir, env }: Place) => {
  const child = command.start(['reconcile', '--json', '--data-dir', dataDir, '--log-level', 'silent'], env);
  const said = listen(child);
  await once(child, 'close');
  return { code: child.exitCode, report: JSON.parse(said()) };
};

const listen = (child: ChildProcess): (() => string) => {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
};

const logIn = async (url: string): Promise<string> => {
  const body = { username: 'admin', password: 'changeme' };
  const response = await makeDescribedFetch()(`${url}/login`, toInit('POST', { body, token: null }, ''));
  return (await toAnswer(response)).body.token;
};

// A token is made for one installation, and names it.
const audienceOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).aud;

const toInit = (method: string, sent: Sent, own: string): RequestInit => {
  const { body, token = own, headers, signal } = sent;
  return {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
};

const toAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
};
