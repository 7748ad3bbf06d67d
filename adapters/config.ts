/**
 * The settings: their names and defaults, and how the environment, the file named by RING_CONFIG and flags are merged
 * into one validated object.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { GcTerms } from '../core/gc/plan.ts';
import { nearest } from '../core/nearest.ts';
import { readEnvironment } from './environment.ts';
import { cidr, duration, engine, list, oneOf, path, sqlite, text, wholeNumber, yesOrNo } from './setting.ts';

/** What can be set, by its name in the library; every one has a default. */
const schema = v.strictObject({
  /** Where `ring serve` listens. */
  host: v.optional(text(1), '127.0.0.1'),
  /** 0 takes a free one. */
  port: v.optional(wholeNumber(0, 65535), 3030),
  /** Made with mode 0700 where it is missing. */
  dataDir: v.optional(path, './data'),
  /** `sqlite:<path>`; null: `ring.db` in the data directory. */
  databaseUrl: v.nullish(sqlite, null),
  /** At least 32 characters; null: a key file in the data directory. */
  secretKey: v.nullish(text(32), null),
  /** Of the first user; null: `changeme`. */
  adminPassword: v.nullish(text(8), null),
  /** How long a token lasts, such as `12h`. */
  tokenTtl: v.optional(duration(1_000), '12h'),
  /** Between two ticks of the timer, such as `10s`. */
  interval: v.optional(duration(100), '10s'),
  /** Engine calls at once. */
  concurrency: v.optional(wholeNumber(1, 256), 8),
  /** How many revisions of each deployment are kept, beside the one that last proved itself. */
  revisions: v.optional(wholeNumber(1, 1000), 10),
  /** Whether Ring collects garbage by itself. */
  gc: v.optional(oneOf(['on', 'off']), 'on'),
  /** Between two garbage collections, such as `10m`. */
  gcInterval: v.optional(duration(1_000), '10m'),
  /** How long an image that Ring pulled is kept though nothing needs it. */
  imageGrace: v.optional(duration(0), '24h'),
  /** How many events of each deployment are kept; no more can be read. */
  eventsKept: v.optional(wholeNumber(1, 1000), 1000),
  /** How long events are kept. */
  historyAge: v.optional(duration(1_000), '90d'),
  /** Whether what is there is changed only by `If-Match`, as it was read. */
  requireIfMatch: v.optional(yesOrNo, false),
  /** Absolute host paths below which anyone may bind; null: administrators bind anything, others nothing. */
  bindRoots: v.nullish(list, null),
  /** From which the namespaces' networks are cut. */
  networkPool: v.optional(cidr, '10.201.0.0/16'),
  /** A directory on a tmpfs, for secret files; null: the first usual one that will do. */
  runDir: v.nullish(path, null),
  logLevel: v.optional(oneOf(['silent', 'error', 'warn', 'info', 'debug']), 'info'),
  /** `unix:///path` or `tcp://host:port`. */
  dockerHost: v.optional(engine, 'unix:///var/run/docker.sock'),
  /** Speak TLS to a `tcp://` engine. */
  dockerTlsVerify: v.optional(
    v.pipe(
      v.union([v.boolean(), v.string()], 'must be 1 or empty'),
      v.transform((value) => value !== false && !['', '0', 'false'].includes(String(value))),
    ),
    false,
  ),
  /** Holds ca.pem, cert.pem and key.pem. */
  dockerCertPath: v.nullish(path, null),
  /** Holds config.json, asked for registry credentials at each pull; null: `.docker` in the home directory. */
  dockerConfig: v.nullish(path, null),
});

/** Settings as one gives them; texts as in the environment will do. */
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
// What the command asks a server with is no setting of one, but may stand beside them.
const clientNames = ['RING_URL', 'RING_TOKEN', 'RING_CONTEXT'];
const keys = new Map(Object.entries(names).map(([key, name]) => [name, key]));
const confidential = new Set<string>(['secretKey', 'adminPassword', 'databaseUrl']);

/** The settings are wrong; the message has one line for each fault and shows no secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Values = Readonly<Record<string, unknown>>;

/** What the settings say of garbage collection. */
export const gcTerms = ({ gc, gcInterval, imageGrace, eventsKept, historyAge }: Settings): GcTerms => ({
  automatic: gc === 'on',
  everyMs: gcInterval,
  imageGraceMs: imageGrace,
  eventsKept,
  historyAgeMs: historyAge,
});

/** Checks settings given in code. SettingsError names every unknown or invalid one. */
export const checkSettings = (input: SettingsInput): Settings => {
  const faults = unknownKeys(input, Object.keys(names), 'option');
  return check(known(input), { faults, label: (key) => key });
};

/**
 * The settings of this process: flags beat the environment, the environment beats the file that RING_CONFIG names (a
 * JSON object with the same names). SettingsError names every unknown or invalid one.
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

// Values that are undefined say nothing: an option passed on from a caller that has none.
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
