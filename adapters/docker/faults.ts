/**
 * Maps an engine's refusal to a kind of RuntimeError: by its message, since the HTTP status is unreliable
 * (configuration errors come as 400, 403, 404 and 500).
 */
import { RuntimeError, type RuntimeErrorKind } from '../../core/runtime-error.ts';
import { EngineError, wasNeverSent } from './engine-error.ts';

/** The operation that the engine refused. */
export type Subject = 'read' | 'create' | 'start' | 'stop' | 'remove' | 'network' | 'pull' | 'other';

type Rule = readonly [pattern: RegExp, kind: RuntimeErrorKind];

/** The engine is temporarily unavailable; says nothing about the request. */
const away: readonly Rule[] = [
  [
    /containerd\.sock|transport is closing|client connection is closing|error while dialing|daemon is shutting down/i,
    'unavailable',
  ],
  [/^context (canceled|deadline exceeded)$/i, 'unavailable'],
  // The engine has closed its network store: it is shutting down.
  [/\bstore\b.*: open : no such file or directory|database not open/i, 'unavailable'],
];

const pull: readonly Rule[] = [
  [/invalid reference format|invalid repository name|must be lowercase/i, 'config'],
  // Rules that match an image name come first, because the name may contain any of the words below.
  [/manifest for .* not found|not found: .*manifest|manifest unknown|name unknown/i, 'image_not_found'],
  [/toomanyrequests|too many requests|rate limit|HTTP 429|status:? 429/i, 'image_rate_limited'],
  [/no space left on device|disk quota exceeded/i, 'file_system'],
  [/pull access denied|unauthorized|\bdenied(:|$)|no basic auth|authentication required/i, 'image_denied'],
  [/\b40[13] (forbidden|unauthorized)|HTTP 40[13]\b/i, 'image_denied'],
  [
    /no matching manifest|not known to registry|does not exist|no such image|unknown blob|\bnot found$/i,
    'image_not_found',
  ],
  [/^error parsing HTTP 404/i, 'image_not_found'],
  [
    /dial |lookup |timeout|connection re|x509|\btls\b|EOF|unexpected http status|cancel|https?:\/\//i,
    'image_unreachable',
  ],
];

const run: readonly Rule[] = [
  [/cannot assign requested address/i, 'config'],
  [/port is already allocated|failed to bind host port|listen (tcp|udp).*: bind:/i, 'port_taken'],
  [/name .* is already in use by container/i, 'name_taken'],
  [/no such image/i, 'image_gone'],
  [/no space left on device|disk quota exceeded|read-only file system/i, 'file_system'],
  [/bind source path does not exist|error while creating mount source path|error mounting/i, 'file_system'],
  [/not a directory.*mount|mount.*not a directory|no such volume|volume .*(failed|error)/i, 'file_system'],
  [/executable file not found|exec format error|exec: .*no such file|exec: .*permission denied/i, 'command'],
  [/stat .*: no such file or directory: unknown|no command specified/i, 'command'],
  [/range of cpus|cannot allocate memory|insufficient|out of memory/i, 'resources'],
  [/too many open files|resource temporarily unavailable/i, 'resources'],
  [/\bnetwork \S+ not found/i, 'network_gone'],
  [/no such network|address already in use|ip address|non-overlapping/i, 'network'],
  [
    /endpoint|pool overlaps|address pool|is ambiguous|not connected to|no available ipv?4|iptables/i,
    'network',
  ],
  [
    /unable to find (user|group)|no matching entries in passwd|invalid|unknown log opt|duplicate mount/i,
    'config',
  ],
  [
    /cannot mkdir|minimum memory limit|working directory|logger|log driver|logging driver|conflicting options|not supported/i,
    'config',
  ],
];

const missing: readonly Rule[] = [[/no such container/i, 'missing']];

const read: readonly Rule[] = [
  [/no such container|dead or marked for removal/i, 'missing'],
  [/does not support reading/i, 'config'],
];

const rulesOf: Readonly<Record<Subject, readonly Rule[]>> = {
  read,
  create: [...away, ...run],
  start: [...away, ...missing, ...run],
  stop: [...away, ...missing],
  remove: [...away, ...missing],
  network: [...away, ...missing, ...run],
  pull: [...away, ...pull],
  other: [...away, ...missing],
};

const otherwise = (subject: Subject, status: number): RuntimeErrorKind => {
  if (subject === 'read' || status === 502 || status === 503 || status === 504) return 'unavailable';
  if (subject === 'network') return 'network';
  if (subject === 'pull') return 'image_unreachable';
  if (status === 400 && (subject === 'create' || subject === 'start')) return 'config';
  return 'other';
};

/** Whether the engine reports that a container's address in its network is in use by another one. */
export const isAddressTaken = (message: string): boolean =>
  // The prefix was added in Docker 28.
  /^(failed to set up container networking: )?address already in use$/i.test(message);

/** Returns the kind of failure of a message, given the operation. */
export const kindOf = (subject: Subject, status: number, message: string): RuntimeErrorKind =>
  rulesOf[subject].find(([pattern]) => pattern.test(message))?.[1] ?? otherwise(subject, status);

/** Redacts the values of `secrets` and credentials within URLs in a message. */
export const scrub = (message: string, secrets: readonly string[]): string => {
  if (/invalid environment variable/i.test(message)) return 'The engine rejects the environment';
  const bare = message.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1');
  return secrets
    .filter((secret) => secret.length > 3)
    .sort((left, right) => right.length - left.length)
    .reduce((text, secret) => text.replaceAll(secret, '***'), bare)
    .trim();
};

/** Returns the seconds that a registry asks to wait, when its message says so. */
export const retryAfterOf = (message: string): number | undefined => {
  const asked = /(?:retry[- ]after|try again (?:in|after)):? (\d+(?:\.\d+)?)\s*(ms|s|m|h)?/i.exec(message);
  const [, amount, unit] = asked ?? [];
  if (amount === undefined) return undefined;
  const factor = { ms: 0.001, s: 1, m: 60, h: 3600 }[unit?.toLowerCase() ?? 's'] ?? 1;
  return Math.ceil(Number(amount) * factor);
};

const cannotRun = /permission denied|exec format error|is a directory/i;

/**
 * Returns the engine's message about a command, without the names of the programs that it passed through, and the exit
 * code that shells use for it: 127 when the command does not exist, 126 when it cannot be run.
 */
export const commandFault = (
  message: string,
  exitCode: number = cannotRun.test(message) ? 126 : 127,
): string => {
  const words = message
    .replace(/^.*unable to start container process: /s, '')
    .replace(/^.*OCI runtime create failed: /s, '')
    .replace(/: unknown$/, '');
  if (/no command specified/i.test(words)) return words;
  return `The command ${exitCode === 126 ? 'cannot be run (126)' : 'does not exist (127)'}: ${words}`;
};

const staleTask = /\btask [0-9a-f]{12,}:? already exists|container with (given )?id already exists/i;

/** Returns the message shown for a refusal: the engine's own, when it is meant for people. */
const wordsOf = (kind: RuntimeErrorKind, message: string): string => {
  if (kind === 'command') return commandFault(message);
  return staleTask.test(message)
    ? `The engine still tracks a process of this container that no longer exists, after a crash of the engine: only a new container can start (${message})`
    : message;
};

/** Converts anything that was thrown to the RuntimeError that the port promises. */
export const toRuntimeError = (
  error: unknown,
  subject: Subject,
  secrets: readonly string[] = [],
): RuntimeError => {
  if (error instanceof RuntimeError) return error;
  if (!(error instanceof EngineError)) {
    const words = error instanceof Error ? error.message : String(error);
    return new RuntimeError('other', scrub(words, secrets), { cause: error });
  }
  const message = scrub(error.message, secrets);
  // The cause is written to the log with its own message.
  const because = secrets.length > 0 ? {} : { cause: error };
  if (error.status === null) {
    const neverSent = wasNeverSent(error);
    return new RuntimeError('unavailable', `The engine does not answer: ${message}`, {
      ...because,
      neverSent,
    });
  }
  const kind = kindOf(subject, error.status, message);
  const retryAfterSeconds = kind === 'image_rate_limited' ? retryAfterOf(message) : undefined;
  return new RuntimeError(kind, wordsOf(kind, message), {
    ...because,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
};
