/** Lays out the sheet of a deployment: its spec, its status, its checks, its runs and its last events. */
import type { Deployment } from '../../../core/deployment/view.ts';
import type { EventView } from '../../../core/event/event.ts';
import type { HealthCheckStanding } from '../../../core/health/view.ts';
import type { RunSummary } from '../../../core/run/view.ts';
import { age, levelColour, sizeText, statusColour } from '../format.ts';
import type { Paint } from '../paint.ts';
import type { Session } from '../session.ts';
import { type Entry, entryLines, section, textOf } from '../sheet.ts';
import type { Column } from '../table.ts';

const lastEvents = 10;
const lastRuns = 5;

/** Reads the parts of a deployment's sheet and lays it out. */
export const deploymentSheet = async (session: Session, id: string): Promise<readonly string[]> => {
  const { client, terminal } = session;
  const params = { id };
  const [{ body: deployment }, { body: events }, { body: checks }, runs] = await Promise.all([
    client.readDeployment({ params }),
    client.listEvents({ params, query: { limit: lastEvents } }),
    client.listHealthChecks({ params }),
    client.listRuns({ params, query: { limit: lastRuns } }),
  ]);
  const { paint } = terminal;
  return [
    ...entryLines(entriesOf(deployment, paint), paint),
    ...section('Health checks', { items: checks, columns: checkColumns, paint }),
    ...section('Runs', { items: deployment.kind === 'job' ? runs.body : [], columns: runColumns, paint }),
    ...section('Events', { items: events, columns: eventColumns, paint }),
  ];
};

const entriesOf = (one: Deployment, paint: Paint): readonly Entry[] => [
  ['Name', one.name],
  ['Namespace', one.namespace],
  ['Id', one.id === one.name ? null : one.id],
  ['Kind', one.kind],
  ['Status', paint(statusColour(one.status), one.status)],
  ['Reason', textOf(one.status_reason)],
  ['Observed', one.observed_at === null ? 'never' : `${age(one.observed_at)} ago`],
  ['Replicas', one.kind === 'job' ? null : `${one.ready_replicas} ready of ${one.replicas}`],
  ['Restarts', one.restarts],
  ['Revision', `${one.revision}${one.paused ? ' (paused)' : ''}`],
  ['Rollout', rolloutOf(one, paint)],
  ['Schedule', scheduleOf(one)],
  ['Image', one.image],
  ['Digest', one.image_digest],
  ['Command', one.command === null ? null : one.command.map(word).join(' ')],
  ['Entrypoint', one.entrypoint === null ? null : one.entrypoint.map(word).join(' ')],
  [
    'Ports',
    one.ports.map(
      ({ host_ip: ip, published, target, protocol }) => `${hostOf(ip)}:${published} -> ${target}/${protocol}`,
    ),
  ],
  [
    'Mounts',
    one.mounts.map(({ type, source, destination, permission }) =>
      `${type} ${source} -> ${destination} (${permission})`.replace('  ', ' '),
    ),
  ],
  [
    'Environment',
    Object.entries(one.secrets).map(([name, value]) =>
      plainPair(name, typeof value === 'string' ? '***' : `secret ${value.secretRef}`),
    ),
  ],
  ['Labels', Object.entries(one.labels).map(([name, value]) => plainPair(name, value))],
  ['Limits', limitsOf(one)],
  ['Depends on', one.depends_on.map(({ name, condition }) => `${name} (${condition})`)],
  ['Instances', one.instances.map((instance) => instance.slice(0, 12))],
  ['Created', `${one.created_at} (${age(one.created_at)} ago)`],
  ['Updated', `${one.updated_at} (${age(one.updated_at)} ago)`],
  ['Deleted', one.deleted_at],
];

const plainPair = (name: string, value: string): string => `${textOf(name)}=${textOf(value)}`;

const hostOf = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip);

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text));

function rolloutOf({ rollout }: Deployment, paint: Paint): string | null {
  if (rollout === null) return null;
  const { state, revision, from, updated, total, reason } = rollout;
  const way = from === null ? `revision ${revision}` : `revision ${from} -> ${revision}`;
  const far = state === 'completed' ? '' : `, ${updated} of ${total} replaced`;
  return `${paint(statusColour(state), state)} (${way}${far})${reason === null ? '' : `: ${textOf(reason)}`}`;
}

function scheduleOf({ job, schedule }: Deployment): string | null {
  if (job?.schedule == null) return null;
  const next = schedule?.next_run_at ?? 'never';
  return `${job.schedule} in ${job.time_zone}${job.suspend ? ', suspended' : ''}, next at ${next}`;
}

function limitsOf({ resources: { limits } }: Deployment): string | null {
  const cpu = limits.cpu === null ? [] : [`${limits.cpu} CPUs`];
  const memory = limits.memory === null ? [] : [sizeText(limits.memory)];
  return [...cpu, ...memory].join(', ') || null;
}

const checkColumns: readonly Column<HealthCheckStanding>[] = [
  { title: 'CONTAINER', of: ({ container }) => container },
  { title: 'CHECK', of: ({ check }) => checkText(check) },
  {
    title: 'STATE',
    of: ({ state }) => state,
    colour: ({ state }) => (({ passing: 'green', failing: 'red', unknown: 'yellow' }) as const)[state],
  },
  { title: 'ASKED', of: ({ last_checked_at: at }) => age(at), right: true },
  { title: 'REASON', of: ({ reason }) => reason },
];

function checkText(check: HealthCheckStanding['check']): string {
  if (check.type === 'command') return check.command.map(word).join(' ');
  return check.type === 'http' ? `http :${check.port}${check.path}` : `tcp :${check.port}`;
}

const runColumns: readonly Column<RunSummary>[] = [
  { title: 'RUN', of: ({ number }) => number, right: true },
  { title: 'STATE', of: ({ state }) => state, colour: ({ state }) => statusColour(state) },
  { title: 'CAUSE', of: ({ cause }) => cause },
  { title: 'EXIT', of: ({ exit_code: code }) => code, right: true },
  { title: 'AGE', of: ({ created_at: at }) => age(at), right: true },
  { title: 'REASON', of: ({ reason }) => reason },
];

const eventColumns: readonly Column<EventView>[] = [
  { title: 'AGE', of: ({ last_seen: at }) => age(at), right: true },
  { title: 'LEVEL', of: ({ level }) => level, colour: ({ level }) => levelColour(level) },
  { title: 'REASON', of: ({ reason }) => reason },
  { title: 'COUNT', of: ({ count }) => count, right: true },
  { title: 'MESSAGE', of: ({ message }) => message },
];
