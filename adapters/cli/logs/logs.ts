/** `ring logs`: prints the output of containers, of several deployments in order of time, or as it is written. */
import type { LogEntry } from '../../../core/log/entry.ts';
import type { Outcome } from '../command-context.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { CommandError } from '../failure.ts';
import { stayWith } from '../follow/stay.ts';
import { idIn } from '../names.ts';
import type { Session } from '../session.ts';
import type { LogLine } from './line.ts';
import { makeWriter, type Write } from './writer.ts';

/** The options of `ring logs`. */
export interface LogsOptions extends NamespaceOption {
  readonly follow?: true;
  readonly tail?: number;
  readonly since?: string;
  readonly previous?: true;
  readonly container?: string;
  readonly run?: number;
  readonly timestamps?: true;
  /** Whether lines have a prefix; by default when several replicas write. */
  readonly prefix?: boolean;
  readonly output: 'text' | 'json';
}

/** The source of lines: the id of a deployment, and whether several of its replicas write. */
interface Source {
  readonly id: string;
  readonly isMany: boolean;
}

/** Prints the lines of deployments. Rejects with the client's errors. */
export const logs = async (
  session: Session,
  names: readonly string[],
  options: LogsOptions,
): Promise<Outcome> => {
  if (options.run !== undefined && names.length > 1) {
    throw new CommandError('--run is the number of one job: name one deployment');
  }
  const sources = await Promise.all(names.map((name) => sourceOf(session, idIn(name, options.namespace))));
  const isMany = sources.length > 1 || sources.some((source) => source.isMany);
  const write = makeWriter(session.terminal, {
    ...options,
    isMany: isMany && (sources.length > 1 || options.container === undefined),
  });
  if (options.follow) {
    await Promise.all(sources.map((source) => follow(session, source, { options, write })));
    return;
  }
  const lists = await Promise.all(sources.map((source) => read(session, source, options)));
  const lines = lists.flat();
  if (sources.length > 1) lines.sort(byTime);
  for (const line of lines) write(line);
  if (lines.length === 0) session.terminal.note(nothing(options));
};

async function sourceOf({ client }: Session, id: string): Promise<Source> {
  const { body } = await client.readDeployment({ params: { id } });
  return { id: body.id, isMany: body.replicas > 1 };
}

const queryOf = ({ tail, since, container, previous }: LogsOptions) => ({
  ...(tail === undefined ? {} : { tail }),
  ...(since === undefined ? {} : { since }),
  ...(container === undefined ? {} : { container }),
  ...(previous ? { previous: true } : {}),
});

async function read({ client }: Session, { id }: Source, options: LogsOptions): Promise<LogLine[]> {
  const query = queryOf(options);
  const { body } =
    options.run === undefined
      ? await client.readLogs({ params: { id }, query })
      : await client.readRunLogs({ params: { id, number: options.run }, query });
  return body.map((entry) => ({ deployment: id, entry }));
}

interface Following {
  readonly options: LogsOptions;
  readonly write: Write;
}

/** Follows one deployment, or one of its runs, until no more lines can come. */
export async function follow(
  { client, terminal, signal }: Session,
  { id }: Pick<Source, 'id'>,
  { options, write }: Following,
): Promise<void> {
  const query = { ...queryOf(options), follow: true as const };
  const events = stayWith({
    signal,
    open: async (lastId) => {
      const headers = lastId === null ? {} : { 'last-event-id': lastId };
      const { body } =
        options.run === undefined
          ? await client.readLogs({ params: { id }, query, headers, signal })
          : await client.readRunLogs({ params: { id, number: options.run }, query, headers, signal });
      return body;
    },
    onLost: () => terminal.note(`ring: the connection is lost; trying again`),
    onBack: () => terminal.note(`ring: connected again`),
  });
  for await (const { event, data } of events) {
    if (event === 'gap')
      terminal.note(`ring: older lines of ${id} are left out here: there are too many of them`);
    else write({ deployment: id, entry: data as LogEntry });
  }
}

const byTime = (one: LogLine, other: LogLine): number =>
  one.entry.timestamp < other.entry.timestamp ? -1 : one.entry.timestamp > other.entry.timestamp ? 1 : 0;

function nothing({ previous, since, tail }: LogsOptions): string {
  if (previous) return 'There is no previous container with logs';
  if (since !== undefined || tail === 0) return 'There are no lines from that time';
  return 'There are no lines yet; -f waits for new ones';
}
