/** Checks the invariants of a world and returns the violations; an empty list means there are none. */
import type { DeploymentRecord } from '../../core/deployment/record.ts';
import type { Status } from '../../core/deployment/status.ts';
import type { Desired } from '../../core/ports.ts';
import type { Instance } from '../../core/runtime.ts';
import type { World } from './simulation.ts';
import { strangerUid } from './stranger.ts';

/** What must hold at any time: nothing that serves is taken away before its time, no job runs twice at one revision, and what is nobody's is as it was made. */
export function complaintsAnytime({ starts, jobs, engine, harm }: World): readonly string[] {
  const runs = starts.filter((start) => jobs.has(start.slice(0, start.indexOf('/'))));
  const twice = runs.filter((run, index) => runs.indexOf(run) < index);
  const [stranger] = engine.peek().filter(({ identity }) => identity.uid === strangerUid);
  // The first call is the start that began its life.
  const touches = engine.calls.filter(({ args }) => args[0] === stranger?.id).slice(1);
  return [
    ...twice.map((run) => `job ${run} ran more than once`),
    ...harm,
    ...(stranger ? [] : ['the stranger is gone']),
    ...touches.map(({ name }) => `the stranger was touched by ${name}`),
  ];
}

/** What must hold right after a tick that met no work in flight: what is said agrees with what was seen. */
export async function complaintsAfterTick(world: World): Promise<readonly string[]> {
  const standing = (await world.declared()).filter(({ record }) => record.deletedAt === null);
  return standing.flatMap(({ record, observation, runs }) => {
    const status = observation?.view.status;
    if (status === undefined || isTrue(status, record, world.lastSeen)) return [];
    // A job that was never due has nothing that could be seen.
    if (record.kind === 'job' && runs.length === 0 && status === 'pending') return [];
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
  return [
    ...orphans,
    ...lostWrites(world, declared),
    ...declared.flatMap((desired) => complaintsOf(desired, instances)),
  ];
}

/** Writes that were acknowledged and are not there. */
function lostWrites({ acknowledged }: World, declared: readonly Desired[]): readonly string[] {
  return [...acknowledged].flatMap(([id, { image, replicas, revision }]) => {
    const record = declared.find((one) => one.record.id === id)?.record;
    const isKept = record?.image === image && record.replicas === replicas && record.revision === revision;
    return isKept ? [] : [`the write that gave ${id} ${replicas} x ${image} is lost`];
  });
}

function complaintsOf(desired: Desired, instances: readonly Instance[]): readonly string[] {
  const { record, revision, observation } = desired;
  if (record.deletedAt !== null) return [`${record.id} is deleted and still there`];
  const own = instances.filter(({ identity }) => identity.uid === record.uid);
  const status = observation?.view.status ?? 'none';
  if (revision.spec.kind === 'job') {
    const instants = desired.runs.flatMap(({ scheduledAt }) => scheduledAt ?? []);
    const again = instants.filter((instant, index) => instants.indexOf(instant) < index);
    if (again.length > 0) return [`job ${record.id} has several runs that were due at ${again}`];
    // One run waits for another one, whose process goes on.
    const waits = status === 'pending' && own.some(({ state }) => state === 'running');
    // Suspended, or its schedule taken away, before it was ever due: it has no run.
    const wasScheduled = revision.spec.job?.schedule !== null || revision.number > 1;
    const isIdle = status === 'pending' && desired.runs.length === 0 && wasScheduled;
    const isRest = waits || isIdle || ['completed', 'failed', 'running'].includes(status);
    return isRest ? [] : [`job ${record.id} rests as ${status}: ${observation?.view.status_reason}`];
  }
  const complaints = status === 'running' ? [] : [`${record.id} rests as ${status}`];
  return [...complaints, ...complaintsOfRollout(desired, own)];
}

/** Every slot holds what the rollout came to, and nothing else does. */
function complaintsOfRollout(
  { record, revision, stable, observation }: Desired,
  own: readonly Instance[],
): readonly string[] {
  const state = observation?.view.rollout?.state ?? 'none';
  const wentBack = state === 'rolled_back' && stable !== null;
  const { specHash } = wentBack ? stable : revision;
  // What is left of a revision that failed lies there stopped, for its logs.
  const isLeft = (one: Instance) =>
    wentBack && one.state === 'exited' && one.identity.specHash === revision.specHash;
  const filling = own.filter((one) => !isLeft(one));
  const slots = Array.from({ length: record.replicas }, (_, slot) => slot).flatMap((slot) => {
    const here = filling.filter(({ identity }) => identity.slot === slot);
    return isFilledBy(here, specHash)
      ? []
      : [`${record.id} has in slot ${slot}: ${here.map(told).join(', ') || 'nothing'}`];
  });
  const beyond = filling.filter(({ identity }) => identity.slot >= record.replicas);
  // The first revision has nothing to return to: it proves itself while all is calm already.
  const isFirst = state === 'in_progress' && observation?.view.rollout?.from === null;
  const isOver = wentBack || isFirst || state === 'completed';
  return [
    ...(isOver
      ? []
      : [`the rollout of ${record.id} rests as ${state}: ${observation?.view.rollout?.reason}`]),
    ...slots,
    ...beyond.map((one) => `${told(one)} is beyond the ${record.replicas} replicas`),
  ];
}

const isFilledBy = (here: readonly Instance[], specHash: string): boolean =>
  here.length === 1 &&
  here.every((only) => isUp(only) && only.serves !== false && only.identity.specHash === specHash);

const isUp = ({ state, connected }: Instance): boolean => state === 'running' && connected !== false;

const told = ({ containerName, state, serves, identity }: Instance): string =>
  `${containerName} of ${identity.uid} (${state}${serves ? ', serving' : ''})`;
