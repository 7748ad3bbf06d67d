/** `ring runs`: lists the runs of a job, shows one in full, or cancels one. */
import type { RunSummary, RunView } from '../../../core/run/view.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { CommandError } from '../failure.ts';
import { age, statusColour } from '../format.ts';
import { idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, printValue, type View } from '../print.ts';
import type { Session } from '../session.ts';
import { plain } from '../table.ts';

/** The options of `ring runs`. */
export interface RunsOptions extends NamespaceOption, OutputOptions {
  readonly limit?: number;
  readonly cancel?: true;
}

/** Lists the runs of a job, or shows or cancels the one with a number. */
export const runs = async (
  session: Session,
  { name, number }: { readonly name: string; readonly number: number | undefined },
  options: RunsOptions,
): Promise<void> => {
  const { client, terminal } = session;
  const id = idIn(name, options.namespace);
  if (number !== undefined) {
    const params = { id, number };
    const { body } = options.cancel ? await client.cancelRun({ params }) : await client.readRun({ params });
    if (!options.cancel || options.output !== 'table') return showRun(session, body, options);
    return terminal.line(`run/${body.deployment}/${body.number} ${endText(body)}`);
  }
  if (options.cancel)
    throw new CommandError(`Name the run that is to end: ring runs ${name} <number> --cancel`);
  const query = options.limit === undefined ? {} : { limit: options.limit };
  const { body } = await client.listRuns({ params: { id }, query });
  await printList(terminal, body, { view: runView, output: options.output });
};

const endText = ({ state }: RunView): string =>
  state === 'pending' || state === 'running' ? 'is asked to end' : `was over already: ${state}`;

/** Returns how long a run took or has taken so far. */
const duration = ({ started_at: from, finished_at: to }: Pick<RunSummary, 'started_at' | 'finished_at'>) =>
  age(from, to === null ? Date.now() : Date.parse(to));

const byWhom = ({ cause, author }: RunSummary): string => (author === '' ? cause : `${cause} (${author})`);

const runView: View<RunSummary> = {
  kind: 'run',
  name: ({ deployment, number }) => `${deployment}/${number}`,
  columns: [
    { title: 'RUN', of: ({ number }) => number, right: true },
    { title: 'STATE', of: ({ state }) => state, colour: ({ state }) => statusColour(state) },
    { title: 'EXIT', of: ({ exit_code: code }) => code, right: true },
    { title: 'CAUSE', of: byWhom },
    { title: 'REVISION', of: ({ revision }) => revision, right: true, wide: true },
    { title: 'AGE', of: ({ created_at: at }) => age(at), right: true },
    { title: 'TOOK', of: duration, right: true },
    { title: 'DUE', of: ({ scheduled_at: at }) => at, wide: true },
    { title: 'REASON', of: ({ reason }) => reason },
  ],
};

type Part = RunView['parts'][number];

const partView: View<Part> = {
  kind: 'part',
  name: ({ index }) => String(index),
  columns: [
    { title: 'PART', of: ({ index }) => index, right: true },
    {
      title: 'OUTCOME',
      of: ({ outcome }) => outcome ?? '-',
      colour: ({ outcome }) => (outcome === null ? null : statusColour(outcome)),
    },
    { title: 'EXIT', of: ({ exit_code: code }) => code, right: true },
    { title: 'TRIES', of: ({ attempts }) => attempts, right: true },
    { title: 'TOOK', of: duration, right: true },
    { title: 'REASON', of: ({ reason }) => reason },
  ],
};

async function showRun({ terminal }: Session, run: RunView, { output }: RunsOptions): Promise<void> {
  if (output === 'json' || output === 'yaml') return printValue(terminal, run, output);
  if (output === 'name') return printList(terminal, [run], { view: runView, output });
  const { paint } = terminal;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Run', `${run.deployment}/${run.number}`],
    ['State', paint(statusColour(run.state), run.state)],
    ['Reason', run.reason && plain(run.reason)],
    ['Exit code', run.exit_code === null ? null : String(run.exit_code)],
    ['Cause', byWhom(run)],
    ['Revision', String(run.revision)],
    ['Due at', run.scheduled_at],
    ['Created at', run.created_at],
    ['Started at', run.started_at],
    ['Finished at', run.finished_at],
    ['Took', duration(run) || null],
    ['Command', run.command && plain(JSON.stringify(run.command))],
    [
      'Environment',
      Object.entries(run.environment)
        .map(([key, value]) => plain(`${key}=${value}`))
        .join(', ') || null,
    ],
  ];
  for (const [title, value] of rows) {
    if (value !== null) terminal.line(`${paint('dim', `${title}:`.padEnd(13))}${value}`);
  }
  if (run.parts.length === 0) return;
  terminal.line('');
  await printList(terminal, run.parts, { view: partView, output });
}
