/**
 * Executes one health check of an instance, over the network from outside or by a program inside it; it always returns
 * in bounded time, even if the engine or the network does not. What the answer means is decided in verdict.ts.
 */
import { formatDuration } from '../deployment/spec/quantity.ts';
import { makeStop } from '../log/stop.ts';
import type { Clock, Log } from '../ports.ts';
import type { AbortSignalLike, Runtime } from '../runtime.ts';
import { RuntimeError } from '../runtime-error.ts';
import { type Answer, excerptOf } from './answer.ts';
import type { CommandCheck, HealthCheck, HttpCheck, TcpCheck } from './check.ts';
import type { Probes } from './probes.ts';
import type { HealthTarget, Redact } from './watch.ts';

/** The ports that executing a check needs. */
export interface AskPorts {
  readonly probes: Probes;
  readonly runtime: Pick<Runtime, 'exec'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Removes secrets from responses and output, because they are stored. */
  readonly redact: Redact;
}

/** One execution of a check, with a signal that is aborted once its answer is no longer wanted. */
export interface Question {
  readonly check: HealthCheck;
  readonly target: HealthTarget;
  readonly signal: AbortSignalLike;
}

type Said = Omit<Answer, 'at' | 'durationMs'>;

// The engine itself ends a program that takes too long; if not even that happens, the engine does not answer.
const engineLagMs = 2_000;

/** Executes one check and returns the answer; never rejects. After the signal the answer may be anything. */
export async function ask(question: Question, ports: AskPorts): Promise<Answer> {
  const { check, signal } = question;
  const at = ports.clock.now();
  const over = makeStop();
  signal.addEventListener('abort', over.stop, { once: true });
  if (signal.aborted) over.stop();
  const boundMs = check.timeoutMs + (check.type === 'command' ? engineLagMs : 0);
  const late = ports.clock.sleep(boundMs, over.signal).then(() => lateAnswer(check));
  const said = await Promise.race([put({ ...question, signal: over.signal }, ports), late]);
  over.stop();
  signal.removeEventListener('abort', over.stop);
  return { at, durationMs: Math.max(0, ports.clock.now() - at), ...said };
}

const silent = { status: null, exitCode: null, excerpt: '' } as const;

const failed = (error: string, more: Partial<Said> = {}): Said => ({ ...silent, ...more, ok: false, error });

/** The answer of a check that could not be executed: it is reported but does not count. */
const unasked = (error: string): Said => ({ ...silent, ok: null, error });

const noAnswer = ({ timeoutMs }: HealthCheck): string => `no answer within ${formatDuration(timeoutMs)}`;

const lateAnswer = (check: HealthCheck): Said =>
  check.type === 'command' ? unasked('the container engine does not answer') : failed(noAnswer(check));

async function put({ check, target, signal }: Question, ports: AskPorts): Promise<Said> {
  try {
    if (check.type === 'command') return await runInside(check, target, ports);
    return await askOutside(check, { target, signal }, ports);
  } catch (error) {
    if (check.type !== 'command') return failed(error instanceof Error ? error.message : 'no answer');
    if (error instanceof RuntimeError) {
      const unknown = error.kind === 'unavailable' || error.kind === 'missing';
      return unknown ? unasked(error.message) : failed(error.message);
    }
    ports.log.error('A command check could not be run', { container: target.containerName, error });
    return unasked('it could not be run; the log of Ring has the details');
  }
}

async function askOutside(
  check: HttpCheck | TcpCheck,
  { target, signal }: Pick<Question, 'target' | 'signal'>,
  { probes, redact }: Pick<AskPorts, 'probes' | 'redact'>,
): Promise<Said> {
  if (target.address === null) return failed('it has no address in its network');
  const to = { address: target.address, port: check.port, timeoutMs: check.timeoutMs, signal };
  if (check.type === 'tcp') {
    await probes.tcp(to);
    return { ...silent, ok: true, error: null };
  }
  const { path, headers } = check;
  const { status, body } = await probes.http({ ...to, path, headers, host: target.name });
  const excerpt = excerptOf(await redact(target, body));
  if (status >= 200 && status <= 399) return { ...silent, ok: true, status, excerpt, error: null };
  return failed(`it answered ${status}`, { status, excerpt });
}

async function runInside(
  check: CommandCheck,
  target: HealthTarget,
  { runtime, redact }: Pick<AskPorts, 'runtime' | 'redact'>,
): Promise<Said> {
  const { command, timeoutMs } = check;
  const { exitCode, output } = await runtime.exec(target.instanceId, { command, timeoutMs });
  const excerpt = excerptOf(await redact(target, output));
  if (exitCode === 0) return { ...silent, ok: true, exitCode, excerpt, error: null };
  if (exitCode === null) return failed(`it did not end within ${formatDuration(timeoutMs)}`, { excerpt });
  return failed(`it ended with exit code ${exitCode}`, { exitCode, excerpt });
}
