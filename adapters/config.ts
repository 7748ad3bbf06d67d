/**
 * Defines the settings with their names and defaults, and merges the environment, the file named by RING_CONFIG and
 * flags into one validated object.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { GcTerms } from '../core/gc/plan.ts';
import { nearest } from '../core/nearest.ts';
import { readEnvironment } from './environment.ts';
import { cidr, duration, engine, list, oneOf, path, sqlite, text, wholeNumber, yesOrNo } from './setting.ts';

/** The settings by their names in the library; every one has a default. */
const schema = v.strictObject({
  /** The address `ring serve` listens on. */
  host: v.optional(text(1), '127.0.0.1'),
  /** The port; 0 selects a free one. */
  port: v.optional(wholeNumber(0, 65535), 3030),
  /** The data directory, created with mode 0700 when missing. */
  dataDir: v.optional(path, './data'),
  /** `sqlite:<path>`; null: `ring.db` in the data directory. */
  databaseUrl: v.nullish(sqlite, null),
  /** The installation's secret, at least 32 characters; null: a key file in the data directory. */
  secretKey: v.nullish(text(32), null),
  /** The first user's password; null: `changeme`. */
  adminPassword: v.nullish(text(8), null),
  /** The lifetime of a token, such as `12h`. */
  tokenTtl: v.optional(duration(1_000), '12h'),
  /** The time between two ticks of the timer, such as `10s`. */
  interval: v.optional(duration(100), '10s'),
  /** The maximum number of concurrent engine calls. */
  concurrency: v.optional(wholeNumber(1, 256), 8),
  /** The number of revisions kept of each deployment besides the last stable one. */
  revisions: v.optional(wholeNumber(1, 1000), 10),
  /** Whether Ring collects garbage automatically. */
  gc: v.optional(oneOf(['on', 'off']), 'on'),
  /** The time between two garbage collections, such as `10m`. */
  gcInterval: v.optional(duration(1_000), '10m'),
  /** How long an image that Ring pulled is kept when nothing needs it. */
  imageGrace: v.optional(duration(0), '24h'),
  /** The number of events kept of each deployment, which is also the most that can be read. */
  eventsKept: v.optional(wholeNumber(1, 1000), 1000),
  /** How long events are kept. */
  historyAge: v.optional(duration(1_000), '90d'),
  /** Whether changes of existing objects require `If-Match`. */
  requireIfMatch: v.optional(yesOrNo, false),
  /** The absolute host paths below which any user may bind; null: administrators bind anything, others nothing. */
  bindRoots: v.nullish(list, null),
  /** The pool from which the namespaces' networks are allocated. */
  networkPool: v.optional(cidr, '10.201.0.0/16'),
  /** A directory on a tmpfs for secret files; null: the first usual one that is suitable. */
  runDir: v.nullish(path, null),
  logLevel: v.optional(oneOf(['silent', 'error', 'warn', 'info', 'debug']), 'info'),
  /** The engine's address: `unix:///path` or `tcp://host:port`. */
  dockerHost: v.optional(engine, 'unix:///var/run/docker.sock'),
  /** Whether to use TLS with a `tcp://` engine. */
  dockerTlsVerify: v.optional(
    v.pipe(
      v.union([v.boolean(), v.string()], 'must be 1 or empty'),
      v.transform((value) => value !== false && !['', '0', 'false'].includes(String(value))),
    ),
    false,
  ),
  /** The directory that contains ca.pem, cert.pem and key.pem. */
  dockerCertPath: v.nullish(path, null),
  /**
   * The directory that contains config.json, read for registry credentials at each pull; null: `.docker` in the home
   * directory.
   */
  dockerConfig: v.nullish(path, null),
});

/** Settings as input; texts as in the environment are accepted. */
export interface SettingsInput extends v.InferInput<typeof schema> {}
/** Settings with every default filled in: paths absolute, durations in ms. */
export interface Settings extends v.InferOutput<typeof schema> {}
type Key = keyof Settings;

const names: { readonly [K in Key]: string } = {
  host: 'RING_HOST',
  port: 'RING_PORT',
  dataDir: 'RING_DATA_DIR',
  databaseUrl: 'RING_DATABASE_URL',
  secretKey: 'RING_SECRET_KEY',
  adminPassword: 'RING_ADMIN_PASSWORD',
  tokenTtl: 'RING_TOKEN_TTL',
  interval: 'RING_INTERVAL',
  concurrency: 'RING_CONCURRENCY',
  revisions: 'RING_REVISIONS',
  gc: 'RING_GC',
  gcInterval: 'RING_GC_INTERVAL',
  imageGrace: 'RING_IMAGE_GRACE',
  eventsKept: 'RING_EVENTS_KEPT',
  historyAge: 'RING_HISTORY_AGE',
  requireIfMatch: 'RING_REQUIRE_IF_MATCH',
  bindRoots: 'RING_BIND_ROOTS',
  networkPool: 'RING_NETWORK_POOL',
  runDir: 'RING_RUN_DIR',
  logLevel: 'RING_LOG_LEVEL',
  dockerHost: 'DOCKER_HOST',
  dockerTlsVerify: 'DOCKER_TLS_VERIFY',
  dockerCertPath: 'DOCKER_CERT_PATH',
  dockerConfig: 'DOCKER_CONFIG',
};
const configName = 'RING_CONFIG';
// Variables that configure the client of the command. They are not settings, but may be in the same environment.
const clientNames = ['RING_URL', 'RING_TOKEN', 'RING_CONTEXT'];
const keys = new Map(Object.entries(names).map(([key, name]) => [name, key]));
const confidential = new Set<string>(['secretKey', 'adminPassword', 'databaseUrl']);

/** The settings are wrong; the message has one line for each fault and shows no secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Values = Readonly<Record<string, unknown>>;

/** Returns the settings of garbage collection. */
export const gcTerms = ({ gc, gcInterval, imageGrace, eventsKept, historyAge }: Settings): GcTerms => ({
  automatic: gc === 'on',
  everyMs: gcInterval,
  imageGraceMs: imageGrace,
  eventsKept,
  historyAgeMs: historyAge,
});

/** Validates settings given in code. SettingsError names every unknown or invalid one. */
export const checkSettings = (input: SettingsInput): Settings => {
  const faults = unknownKeys(input, Object.keys(names), 'option');
  return check(known(input), { faults, label: (key) => key });
};

/**
 * Reads the settings of this process: flags have precedence over the environment, which has precedence over the file
 * that RING_CONFIG names (a JSON object with the same names). SettingsError names every unknown or invalid one.
 */
export const readSettings = (
  flags: SettingsInput = {},
  env: Readonly<Record<string, string | undefined>> = readEnvironment(),
): Settings => {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const file = readFile(set[configName]);
  const ringKeys = Object.fromEntries(Object.entries(set).filter(([name]) => name.startsWith('RING_')));
  const faults = [
    ...unknownKeys(ringKeys, [...keys.keys(), configName, ...clientNames], 'setting'),
    ...unknownKeys(file, [...keys.keys()], `setting in ${set[configName]}`),
  ];
  const merged = { ...byKey(file), ...byKey(set), ...known(flags) };
  return check(merged, { faults, label: (key) => names[key] });
};

function check(
  values: Values,
  { faults, label }: { faults: readonly string[]; label: (key: Key) => string },
): Settings {
  const result = v.safeParse(schema, values);
  const invalid = (result.issues ?? []).flatMap((issue) => {
    const key = issue.path?.[0]?.key;
    if (!isKey(key)) return [];
    const shown = confidential.has(key) ? '' : `, not ${JSON.stringify(values[key])}`;
    return [`${label(key)} ${issue.message}${shown}`];
  });
  const all = [...faults, ...invalid];
  if (all.length > 0 || !result.success) throw new SettingsError(all.join('\n'));
  return result.output;
}

const isKey = (key: unknown): key is Key => typeof key === 'string' && key in names;

// Removes undefined values: they come from options that a caller passes on without having a value.
function known(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => isKey(key) && value !== undefined),
  );
}

function byKey(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const key = keys.get(name);
      return key ? [[key, value]] : [];
    }),
  );
}

function unknownKeys(values: Values, allowed: readonly string[], what: string): string[] {
  return Object.keys(values)
    .filter((name) => !allowed.includes(name) && values[name] !== undefined)
    .map((name) => {
      const near = nearest(name, allowed);
      return `${name} is not a known ${what}${near ? `; did you mean ${near}?` : ''}`;
    });
}

function readFile(path: string | undefined): Values {
  if (!path) return {};
  try {
    const parsed: unknown = JSON.parse(readFileSync(resolve(path), 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new SettingsError(`${configName}: ${path} cannot be read`);
  }
  throw new SettingsError(`${configName}: ${path} is not a JSON object`);
}
