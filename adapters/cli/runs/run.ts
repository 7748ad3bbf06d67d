/** `ring run`: runs a job now, prints its output and exits with its result. */
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { RunView } from '../../../core/run/view.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { type ExitCode, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { untilAnswered } from '../follow/until-answered.ts';
import { follow } from '../logs/logs.ts';
import { makeWriter } from '../logs/writer.ts';
import { idIn } from '../names.ts';
import { printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { waitingReason } from './waiting.ts';

/** The options of `ring run`. */
export interface RunOptions extends NamespaceOption {
  readonly env?: readonly string[];
  readonly detach?: true;
  readonly timeout?: string;
  readonly output: 'text' | 'json';
}

/** The job to run, and the arguments that replace its own. */
export interface RunWanted {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs a job. Resolves to 0 when it completed, 7 when it failed or was cancelled, 2 on timeout. */
export const run = async (session: Session, wanted: RunWanted, options: RunOptions): Promise<ExitCode> => {
  const { client, terminal } = session;
  const environment = environmentOf(options.env ?? [], session.env);
  const call = {
    params: { id: idIn(wanted.name, options.namespace) },
    body: {
      ...(wanted.command.length === 0 ? {} : { command: [...wanted.command] }),
      ...(Object.keys(environment).length === 0 ? {} : { environment }),
    },
  };
  const start = (key: string) => client.startRun({ ...call, headers: { 'idempotency-key': key } });
  // Not repeated under a new key: a second run is not the same as the first one.
  const { body: begun } = await untilAnswered(start, session, { mayRepeat: false });
  if (options.detach) return sayBegun(session, begun, options);
  terminal.note(terminal.paintNote('dim', `run ${begun.number} of ${begun.deployment} has started`));
  const isOver = await show(session, begun, options);
  if (session.signal.aborted) return sayGoesOn(session, begun);
  if (!isOver) {
    terminal.note(
      `ring: timed out before run ${begun.number} of ${begun.deployment} ended; ${waysTo(begun)}`,
    );
    return exits.changes;
  }
  const params = { id: begun.deployment, number: begun.number };
  return sayEnd(session, (await client.readRun({ params })).body);
};

/** Parses variables: `NAME=value`, or `NAME` for the value in the command's environment. */
export function environmentOf(
  texts: readonly string[],
  env: Session['env'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      const value = at < 0 && text !== '' ? env[text] : undefined;
      if (value !== undefined) return [text, value];
      const way = at < 0 ? 'it is not set here: write NAME=value' : 'write NAME=value';
      throw new CommandError(`-e ${text}: ${way}`);
    }),
  );
}

/** Prints the lines of a run until it has finished; resolves to whether it has. */
async function show(session: Session, begun: RunView, { output, timeout }: RunOptions): Promise<boolean> {
  const limit = timeout === undefined ? null : AbortSignal.timeout(parseDuration(timeout) ?? 0);
  const signal = limit === null ? session.signal : AbortSignal.any([session.signal, limit]);
  const write = makeWriter(session.terminal, { output, isMany: begun.completions > 1 });
  const done = new AbortController();
  void waitingReason(session, begun, AbortSignal.any([signal, done.signal]));
  try {
    const options = { run: begun.number, output, follow: true } as const;
    await follow({ ...session, signal }, { id: begun.deployment }, { options, write });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    done.abort();
  }
  return !signal.aborted;
}

const waysTo = ({ deployment, number }: RunView): string =>
  `\`ring logs ${deployment} --run ${number} -f\` follows it, \`ring runs ${deployment} ${number} --cancel\` ends it`;

async function sayBegun({ terminal }: Session, begun: RunView, { output }: RunOptions): Promise<ExitCode> {
  if (output === 'json') await printValue(terminal, begun, 'json');
  else terminal.line(`run/${begun.deployment}/${begun.number}`);
  terminal.note(`Started; ${waysTo(begun)}`);
  return exits.ok;
}

function sayGoesOn({ terminal }: Session, begun: RunView): ExitCode {
  terminal.note(`\nring: run ${begun.number} of ${begun.deployment} goes on; ${waysTo(begun)}`);
  return exits.interrupted;
}

function sayEnd({ terminal }: Session, over: RunView): ExitCode {
  const what = `run ${over.number} of ${over.deployment}`;
  if (over.state === 'completed') {
    terminal.note(terminal.paintNote('dim', `${what} completed`));
    return exits.ok;
  }
  const isSaid = over.reason?.includes('exit code') === true;
  const code = over.exit_code === null || isSaid ? '' : ` with exit code ${over.exit_code}`;
  const why = over.reason === null ? '' : `: ${over.reason}`;
  terminal.note(`ring: ${what} ${over.state === 'cancelled' ? 'was cancelled' : 'failed'}${code}${why}`);
  return exits.failed;
}
