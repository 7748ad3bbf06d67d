/** What must hold of a world, as complaints: an empty list is a world in order. */
import type { DeploymentRecord } from '../../core/deployment/record.ts';
import type { Status } from '../../core/deployment/status.ts';
import type { Desired } from '../../core/ports.ts';
import type { Instance } from '../../core/runtime.ts';
import type { World } from './simulation.ts';
import { strangerUid } from './stranger.ts';

/** What must hold at any time: no job runs twice at one revision, and what is nobody's is as it was made. */
export function complaintsAnytime({ starts, jobs, engine }: World): readonly string[] {
  const runs = starts.filter((start) => jobs.has(start.slice(0, start.indexOf('/'))));
  const twice = runs.filter((run, index) => runs.indexOf(run) < index);
  const [stranger] = engine.peek().filter(({ identity }) => identity.uid === strangerUid);
  // The first call is the start that began its life.
  const touches = engine.calls.filter(({ args }) => args[0] === stranger?.id).slice(1);
  return [
    ...twice.map((run) => `job ${run} ran more than once`),
    ...(stranger ? [] : ['the stranger is gone']),
    ...touches.map(({ name }) => `the stranger was touched by ${name}`),
  ];
}

/** What must hold right after a tick that met no work in flight: what is said agrees with what was seen. */
export async function complaintsAfterTick(world: World): Promise<readonly string[]> {
  const standing = (await world.declared()).filter(({ record }) => record.deletedAt === null);
  return standing.flatMap(({ record, observation }) => {
    const status = observation?.view.status;
    if (status === undefined || isTrue(status, record, world.lastSeen)) return [];
    const seen = world.lastSeen?.filter(({ identity }) => identity.uid === record.uid).map(told);
    return [`${record.id} is said to be ${status}, the engine shows ${seen?.join(', ') ?? 'nothing'}`];
  });
}

/** Whether a status may be shown of what was seen; null: nothing could be. */
function isTrue(status: Status, record: DeploymentRecord, seen: readonly Instance[] | null): boolean {
  if (seen === null) return ['unknown', 'completed', 'failed'].includes(status);
  if (status !== 'running') return status !== 'unknown';
  const own = seen.filter(({ identity }) => identity.uid === record.uid);
  if (record.kind === 'job') return own.some(({ state }) => state === 'running');
  const up = own.filter(isUp);
  const slots = Array.from({ length: record.replicas }, (_, slot) => slot);
  return slots.every((slot) => up.some(({ identity }) => identity.slot === slot));
}

/** What must hold once all has come to rest: exactly what is declared is there, and the statuses say so. */
export async function complaintsAtRest(world: World): Promise<readonly string[]> {
  const declared = await world.declared();
  const known = new Set(declared.map(({ record }) => record.uid));
  const instances = world.instances();
  const orphans = instances
    .filter(({ identity }) => !known.has(identity.uid))
    .map((one) => `${told(one)} is left over`);
  return [...orphans, ...declared.flatMap((desired) => complaintsOf(desired, instances))];
}

function complaintsOf({ record, revision, observation }: Desired, instances: readonly Instance[]): string[] {
  if (record.deletedAt !== null) return [`${record.id} is deleted and still there`];
  const own = instances.filter(({ identity }) => identity.uid === record.uid);
  const status = observation?.view.status ?? 'none';
  if (revision.spec.kind === 'job') {
    return ['completed', 'failed', 'running'].includes(status) ? [] : [`job ${record.id} rests as ${status}`];
  }
  const complaints = status === 'running' ? [] : [`${record.id} rests as ${status}`];
  for (let slot = 0; slot < record.replicas; slot += 1) {
    const here = own.filter(({ identity }) => identity.slot === slot);
    const [only] = here;
    if (here.length !== 1 || !only || !isUp(only) || only.identity.specHash !== revision.specHash) {
      complaints.push(`${record.id} has in slot ${slot}: ${here.map(told).join(', ') || 'nothing'}`);
    }
  }
  const beyond = own.filter(({ identity }) => identity.slot >= record.replicas);
  return [...complaints, ...beyond.map((one) => `${told(one)} is beyond the ${record.replicas} replicas`)];
}

const isUp = ({ state, connected }: Instance): boolean => state === 'running' && connected !== false;

const told = ({ containerName, state, identity }: Instance): string =>
  `${containerName} of ${identity.uid} (${state})`;
