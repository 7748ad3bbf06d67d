/**
 * How a command fails: with one line that says what happened and what to do next, and the exit code of exit-codes.ts.
 * Errors of the API come as ClientError; what a command finds by itself is a CommandError.
 */
import { ClientError, type ClientErrorCode } from '../../handlers/client.ts';
import { type ExitCode, exitOf, exits } from './exit-codes.ts';
import { plain } from './table.ts';

/** A failure that a command found by itself; the message says what to do next, a line each where there are several. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitCode;

  constructor(message: string, exit: ExitCode = exits.error) {
    super(message);
    this.exit = exit;
  }
}

/** What is said of a failure and what the command exits with. */
export interface Told {
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

/** Tells anything that was thrown; `url` is where the server was looked for. */
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
  // The message already tells of the first one.
  const others = violations.slice(1).map(({ pointer, message }) => `  ${pointer || 'the body'}: ${message}`);
  const trace =
    code === 'INTERNAL' && requestId !== null ? [`  the server's log knows it as ${requestId}`] : [];
  const lines = [first, ...others, ...trace].map(plain);
  // A server that is newer may know codes that this command does not.
  return { lines, exit: Object.hasOwn(exitOf, code) ? exitOf[code] : exits.error };
}

/** What to do about it; null where the message says it, or nothing can be said. */
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
