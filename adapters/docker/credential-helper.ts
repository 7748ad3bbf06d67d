/**
 * Runs one of docker's credential helpers, without a shell and with a timeout. docker-config.ts decides which helper to
 * run.
 */
import type { ChildProcess } from 'node:child_process';
import { RuntimeError } from '../../core/runtime-error.ts';

/** A request to a helper. */
export interface HelperQuestion {
  /** The `<name>` in `docker-credential-<name>`. */
  readonly name: string;
  readonly server: string;
  readonly timeoutMs: number;
}

/** The helper's credentials. Must never be shown. */
export interface HelperAnswer {
  /** The user name; `<token>` when the secret is an identity token. */
  readonly username: string;
  readonly secret: string;
}

const mostBytes = 64 * 1024;
// All helpers print this on stdout when they have no credentials.
const notFound = /credentials not found/i;

/**
 * Makes the error of a failed helper. The helper's output is never shown, because a broken helper may print secrets.
 */
const failure = (program: string, what: string): RuntimeError =>
  new RuntimeError('image_unreachable', `the credential helper ${program} ${what}`);

/**
 * Returns the helper's credentials; null when it has none. RuntimeError `image_denied` when the helper is missing,
 * `image_unreachable` when it fails.
 */
export const askHelper = async (question: HelperQuestion): Promise<HelperAnswer | null> => {
  const program = `docker-credential-${question.name}`;
  if (!/^[\w.-]+$/.test(question.name)) {
    throw new RuntimeError('image_denied', 'the docker config names a credential helper that cannot be one');
  }
  const { exitCode, output } = await run(program, question);
  if (exitCode === 0) return read(program, output);
  if (notFound.test(output)) return null;
  throw failure(program, `ended with exit code ${exitCode ?? 'unknown'}`);
};

const read = (program: string, output: string): HelperAnswer => {
  try {
    const { Username, Secret }: Record<string, unknown> = JSON.parse(output);
    if (typeof Username === 'string' && typeof Secret === 'string')
      return { username: Username, secret: Secret };
  } catch {
    // The parser's message would quote the output.
  }
  throw failure(program, 'returned an invalid answer');
};

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
}

const run = async (program: string, { server, timeoutMs }: HelperQuestion): Promise<Run> => {
  // Few engines need a helper: what starts programs is loaded only for those.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  // The helper may exit without reading its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${server}\n`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure(program, `did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([ending(child, program), late]);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    // A child process that the helper left behind may keep the pipe open.
    child.stdout.destroy();
  }
};

const ending = (child: ChildProcess, program: string): Promise<Run> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      pieces.push(chunk);
      if (bytes > mostBytes) reject(failure(program, 'returned too much output'));
    });
    child.once('close', (exitCode) =>
      resolve({ exitCode, output: Buffer.concat(pieces).toString('utf8').trim() }),
    );
    child.once('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      reject(
        isMissing
          ? new RuntimeError('image_denied', `the credential helper ${program} is not installed`)
          : failure(program, 'cannot be run'),
      );
    });
  });
