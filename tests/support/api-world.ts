/**
 * Provides everything the endpoints need, on fakes: users of every role, an engine and a store in memory, and a log
 * that is kept.
 */
import { makeDocumentPort } from '../../adapters/document.ts';
import { makeMetering } from '../../adapters/metrics/metering.ts';
import { makeAuthenticate } from '../../core/access/authenticate.ts';
import { makeLoginLimit } from '../../core/access/login-limit.ts';
import type { Passwords, TokenClaims, Tokens } from '../../core/access/security.ts';
import type { Role } from '../../core/access/user.ts';
import { makeOnce } from '../../core/idempotency/once.ts';
import { makeStreamLimit } from '../../core/log/limit.ts';
import type { Clock } from '../../core/ports.ts';
import { makeForesee } from '../../core/reconcile/foresee.ts';
import type { Ports } from '../../handlers/ports.ts';
import { type CommandWorld, makeCommandWorld } from './command-ports.ts';
import { makeFakeGc } from './fake-gc.ts';
import { type FakeRuntime, makeFakeRuntime } from './fake-runtime.ts';
import { aUser } from './records.ts';
import { silentLog } from './silent-log.ts';

/** The ports, and what a test looks at and turns. */
export interface ApiWorld {
  readonly ports: Ports;
  readonly commands: CommandWorld;
  readonly runtime: FakeRuntime;
  /** A token for a user of that role. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** What the handlers reported as not the caller's fault. */
  readonly reported: unknown[];
}

/** What a world may differ in. */
export interface ApiWorldOptions {
  readonly ports?: (world: ApiWorld) => Partial<Ports>;
  readonly mostStreams?: number;
  readonly mostWaits?: number;
}

/** A fresh world with the users 1 `admin`, 2 `editor` and 3 `viewer`, each with the password `<role>-password`. */
export async function makeApiWorld(options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const commands = makeCommandWorld();
  const { store, clock } = commands;
  const runtime = makeFakeRuntime({ now: clock.now });
  const passwords = makeFakePasswords();
  const issuer = makeFakeTokens(clock.now);
  const tokens = { admin: '', editor: '', viewer: '' };
  for (const role of ['admin', 'editor', 'viewer'] as const) {
    const passwordHash = await passwords.hash(`${role}-password`);
    const user = await store.write(({ users }) =>
      users.insert(aUser({ username: role, role, passwordHash })),
    );
    tokens[role] = await issuer.issue({ userId: user.id, tokenEpoch: user.tokenEpoch, role });
  }
  const { write, ids, vault, policy, wake, cron } = commands;
  const { stores, cache, health: database, healthRecords } = store;
  const { deployments, events, users, configs, secrets, revocations } = stores;
  const ports: Ports = {
    ...{
      write,
      ids,
      vault,
      policy,
      wake,
      cache,
      database,
      deployments,
      events,
      users,
      configs,
      secrets,
      runtime,
    },
    document: makeDocumentPort(),
    ...{ cron, runs: stores.runs, namespaces: stores.namespaces, changes: store.changes, feed: store.feed },
    closing: new AbortController().signal,
    waits: makeStreamLimit(options.mostWaits ?? 64, 'requests wait'),
    healthRecords,
    authenticate: makeAuthenticate({ tokens: issuer, users, revocations, cache }),
    clock: { ...clock, sleep: realSleep },
    foresee: makeForesee({
      lateMs: 600_000,
      ...{ store: store.reconciler, runtime, cron, health: () => new Map(), log: silentLog },
      clock: { ...clock, sleep: realSleep },
    }),
    host: { facts: async () => someFacts },
    gc: makeFakeGc(store, { runtime, clock }),
    once: makeOnce({
      ...{ requestKeys: store.requestKeys, vault, digest: ids.hash, log: silentLog },
    }),
    loginLimit: makeLoginLimit(clock),
    metrics: makeMetering().metrics({
      ...{ deployments, cache, version: () => '1.2.3' },
      databaseBytes: store.gc.sizeBytes,
    }),
    passwords,
    reconcile: async () => someReport,
    streams: makeStreamLimit(options.mostStreams ?? 64),
    tokens: issuer,
  };
  const world = { ports, commands, runtime, tokens, reported: [] };
  return { ...world, ports: { ...ports, ...options.ports?.(world) } };
}

/** What the fake host says of itself. */
const someFacts = {
  hostname: 'ring-server',
  cpuUsage: 15.2,
  memoryUsage: 45.8,
  diskUsage: 23.1,
  cpuCount: 4,
  memoryTotalBytes: 8_589_934_592,
};

/** What the fake tick reports. */
export const someReport = {
  state: 'converged' as const,
  deployments: 1,
  actions: 0,
  failures: 0,
  unknown: 0,
  unclaimed: 0,
  duration_ms: 3,
};

/** Passwords that are not hidden at all. */
export const makeFakePasswords = (): Passwords => ({
  hash: async (password) => `hash of ${password}`,
  verify: async (password, hash) => hash === `hash of ${password}`,
  checkLogin: async (password, hash) => hash === `hash of ${password}`,
});

/** Tokens `token-1`, `token-2` and so on, each for twelve hours. */
export const makeFakeTokens = (now: () => number): Tokens => {
  const issued = new Map<string, TokenClaims>();
  return {
    async issue({ userId, tokenEpoch }) {
      const tokenId = `token-${issued.size + 1}`;
      issued.set(tokenId, { userId, tokenEpoch, tokenId, expiresAt: now() + 12 * 3_600_000 });
      return tokenId;
    },
    async verify(token) {
      const claims = issued.get(token);
      return claims && claims.expiresAt > now() ? claims : null;
    },
  };
};

const realSleep: Clock['sleep'] = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, signal?.aborted ? 0 : ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
