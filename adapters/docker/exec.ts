/** Runs a program inside a container and waits for its end, for no longer than it may take. */
import type { Readable } from 'node:stream';
import type { ExecRequest, ExecResult } from '../../core/runtime.ts';
import type { Engine } from './connect.ts';
import { makeFrames } from './frames.ts';

const mostOutputBytes = 4096;

/**
 * Runs it without a shell. The engine cannot end what it began: a program that takes too long runs on, and is answered
 * for with no exit code. Rejects with EngineError where it could not be begun.
 */
export const runInside = async (engine: Engine, id: string, request: ExecRequest): Promise<ExecResult> => {
  const made = await engine.call((docker, abortSignal) =>
    docker.getContainer(id).exec({
      Cmd: [...request.command],
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    }),
  );
  const stream = engine.keep(await engine.call((_, abortSignal) => made.start({ abortSignal })));
  const { output, ended } = await gather(stream, request.timeoutMs);
  if (!ended) return { exitCode: null, output };
  const { ExitCode } = await engine.call((_, abortSignal) => made.inspect({ abortSignal }));
  return { exitCode: ExitCode, output };
};

/** What it writes, up to a bound, until it ends or its time is up. */
const gather = (stream: Readable, timeoutMs: number): Promise<{ output: string; ended: boolean }> =>
  new Promise((resolve, reject) => {
    const frames = makeFrames();
    const pieces: Buffer[] = [];
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      stream.destroy();
      const output = Buffer.concat(pieces).subarray(0, mostOutputBytes).toString('utf8');
      resolve({ output, ended });
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      for (const { payload } of frames(chunk)) {
        if (bytes < mostOutputBytes) pieces.push(payload);
        bytes += payload.length;
      }
    });
    stream.once('end', () => finish(true));
    stream.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
