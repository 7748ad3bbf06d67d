/**
 * Describes how a command fails: with one line that says what happened and what to do next, and an exit code from
 * exit-codes.ts. Errors of the API are ClientErrors; a command's own failures are CommandErrors.
 */
import { ClientError, type ClientErrorCode } from '../../handlers/client.ts';
import { type ExitCode, exitOf, exits } from './exit-codes.ts';
import { plain } from './table.ts';

/** A failure detected by a command itself; the message says what to do next, with one line for each problem. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitCode;

  constructor(message: string, exit: ExitCode = exits.error) {
    super(message);
    this.exit = exit;
  }
}

/** The printed lines of a failure and the command's exit code. */
export interface Told {
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

/** Formats anything that was thrown; `url` is the server's. */
export const tell = (thrown: unknown, url: string | null = null): Told => {
  if (thrown instanceof CommandError) return { lines: thrown.message.split('\n'), exit: thrown.exit };
  if (thrown instanceof ClientError) return tellClientError(thrown, url);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { lines: message.split('\n'), exit: exits.error };
};

function tellClientError(error: ClientError, url: string | null): Told {
  const { code, violations, requestId } = error;
  const next = nextStep(error, url);
  const first = next === null ? error.message : `${error.message.replace(/[.\s]+$/, '')}. ${next}`;
  // The message already contains the first one.
  const others = violations.slice(1).map(({ pointer, message }) => `  ${pointer || 'the body'}: ${message}`);
  const trace =
    code === 'INTERNAL' && requestId !== null ? [`  the server's log knows it as ${requestId}`] : [];
  const lines = [first, ...others, ...trace].map(plain);
  // A newer server may use codes that this command does not know.
  return { lines, exit: Object.hasOwn(exitOf, code) ? exitOf[code] : exits.error };
}

/** Returns what to do next; null when the message already says so or nothing is known. */
function nextStep({ code, retryAfterSeconds }: ClientError, url: string | null): string | null {
  const known = Object.hasOwn(steps, code) ? steps[code] : undefined;
  if (known !== undefined) return known;
  const choose = 'Choose another server by --url, --context or RING_URL';
  if (code === 'UNREACHABLE')
    return `Start one there by \`ring serve\`, or choose another by --url, --context or RING_URL`;
  if (code === 'UNEXPECTED_REPLY' || code === 'ROUTE_NOT_FOUND')
    return `${choose} (this was ${url ?? 'none'})`;
  return retryAfterSeconds === null ? null : `Try again in ${retryAfterSeconds} s`;
}

const steps: Readonly<Partial<Record<ClientErrorCode, string>>> = {
  UNAUTHORIZED: 'Log in by `ring login`, or set RING_TOKEN',
  FORBIDDEN: '`ring user whoami` says who you are here',
  DEPLOYMENT_NOT_FOUND: '`ring get deployments` lists them',
  CONFIG_NOT_FOUND: '`ring get configs` lists them',
  SECRET_NOT_FOUND: '`ring get secrets` lists them',
  NAMESPACE_NOT_FOUND: '`ring get namespaces` lists them',
  VOLUME_NOT_FOUND: '`ring get volumes` lists them',
  USER_NOT_FOUND: '`ring get users` lists them',
  REVISION_NOT_FOUND: '`ring rollout history` lists those that are kept',
  RUN_NOT_FOUND: '`ring runs` lists those that are kept',
  NAMESPACE_NOT_EMPTY: 'Add --cascade to delete all that is in it',
  RUN_UNDER_WAY: 'Here that is `ring runs <job> <number> --cancel`',
  RECONCILER_BUSY: 'Try again in a moment',
};
