/**
 * Runs a program in a container and waits for its end, with a timeout. What the result means is decided by the caller.
 */
import type { Readable } from 'node:stream';
import type { Exec } from 'dockerode';
import type { ExecRequest, ExecResult } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { Engine } from './connect.ts';
import { pause } from './deadline.ts';
import { EngineError, isNotFound } from './engine-error.ts';
import { kindOf } from './faults.ts';
import { makeFrames } from './frames.ts';

const mostOutputBytes = 4096;
/** The polling interval, in ms, for a program that closed its output but still runs. */
const lookMs = 50;

/**
 * Makes the function over an engine. A program that exceeds its timeout keeps running, because the engine cannot end
 * it; its result has no exit code. Rejects with EngineError or RuntimeError when a program could not be started.
 */
export const makeExec = (engine: Engine) => {
  const overdue = makeOverdue();

  /** Returns the exit code; null while the program runs. */
  const exitCodeOf = async (exec: Exec): Promise<number | null> => {
    const { Running, ExitCode } = await engine.call((_, abortSignal) => exec.inspect({ abortSignal }));
    return Running ? null : ExitCode;
  };

  const make = async (id: string, { command }: ExecRequest): Promise<Exec> => {
    if (await overdue.areTooMany(id, exitCodeOf)) {
      throw new RuntimeError('other', 'Earlier programs in this container have not ended yet');
    }
    const options = { Cmd: [...command], AttachStdout: true, AttachStderr: true };
    return engine.call((docker, abortSignal) => docker.getContainer(id).exec({ ...options, abortSignal }));
  };

  /** Waits for the exit code; null when the program still runs at the deadline. */
  const exitCodeBy = async (exec: Exec, until: number): Promise<number | null> => {
    for (;;) {
      const exitCode = await exitCodeOf(exec);
      if (exitCode !== null || performance.now() >= until) return exitCode;
      await pause(lookMs);
    }
  };

  const follow = async (exec: Exec, stream: Readable, { timeoutMs }: ExecRequest): Promise<ExecResult> => {
    const until = performance.now() + timeoutMs;
    const output = await gather(stream, timeoutMs);
    return { exitCode: await exitCodeBy(exec, until), output };
  };

  return async (id: string, request: ExecRequest): Promise<ExecResult> => {
    const exec = await make(id, request);
    let stream: Readable;
    try {
      stream = engine.keep(await engine.call((_, abortSignal) => exec.start({ abortSignal })));
    } catch (error) {
      // Newer engines refuse to start a program that does not exist; older ones report it in the output.
      if (!isNoCommand(error)) throw error;
      return { exitCode: (await exitCodeOf(exec)) || 127, output: error.message.slice(0, mostOutputBytes) };
    }
    const result = await follow(exec, stream, request);
    if (result.exitCode === null) overdue.add(id, exec);
    return result;
  };
};

const isNoCommand = (error: unknown): error is EngineError =>
  error instanceof EngineError &&
  error.status !== null &&
  kindOf('start', error.status, error.message) === 'command';

/** Collects the output, up to a limit, until the program closes it or the timeout has passed. */
const gather = async (stream: Readable, timeoutMs: number): Promise<string> => {
  const frames = makeFrames();
  const pieces: Buffer[] = [];
  let bytes = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stream.destroy();
  }, timeoutMs);
  try {
    for await (const chunk of stream) {
      for (const { payload } of frames(chunk)) {
        if (bytes < mostOutputBytes) pieces.push(payload);
        bytes += payload.length;
      }
    }
  } catch (error) {
    if (!isLate) throw new EngineError(null, 'the output of a program was cut off', error);
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
  return Buffer.concat(pieces).subarray(0, mostOutputBytes).toString('utf8');
};

/** The maximum number of timed-out programs of one container that may still be running. */
const mostOverdue = 5;
/** The maximum number of containers for which this is remembered. */
const mostContainers = 1000;

const makeOverdue = () => {
  const byContainer = new Map<string, Set<Exec>>();

  const dropEnded = async (execs: Set<Exec>, exitCodeOf: (exec: Exec) => Promise<number | null>) => {
    for (const exec of [...execs]) {
      const hasEnded = await exitCodeOf(exec).then((exitCode) => exitCode !== null, isNotFound);
      if (hasEnded) execs.delete(exec);
    }
  };

  return {
    add(id: string, exec: Exec): void {
      byContainer.set(id, (byContainer.get(id) ?? new Set()).add(exec));
      const [oldest] = byContainer.keys();
      if (byContainer.size > mostContainers && oldest !== undefined) byContainer.delete(oldest);
    },
    async areTooMany(id: string, exitCodeOf: (exec: Exec) => Promise<number | null>): Promise<boolean> {
      const execs = byContainer.get(id);
      if (!execs || execs.size < mostOverdue) return false;
      await dropEnded(execs, exitCodeOf);
      return execs.size >= mostOverdue;
    },
  };
};
