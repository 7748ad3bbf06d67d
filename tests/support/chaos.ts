/**
 * Runs a random scenario in a simulated world: declarations, faults of the engine and the store, crashes of Ring, and
 * time. The same seed gives the same scenario; each action is one entry of a table, and invariants.ts checks the
 * result.
 */
import { RuntimeError, type RuntimeErrorKind } from '../../core/runtime-error.ts';
import type { Act, Chaos } from './chaos-act.ts';
import { abroad, base, hog, home } from './chaos-terms.ts';
import { declarations, giveInputs, names, standing } from './chaos-users.ts';
import type { FakeCall } from './fake-faults.ts';
import { complaintsAfterTick, complaintsAnytime, complaintsAtRest } from './invariants.ts';
import { makeRandom } from './random.ts';
import { makeWorld, type World } from './simulation.ts';

const refusals: readonly RuntimeErrorKind[] = [
  'unavailable',
  'network',
  'port_taken',
  'file_system',
  'other',
];
const calls = [
  'resolveImage',
  'ensureNetwork',
  'create',
  'start',
  'stop',
  'remove',
  'observe',
  'connect',
] as const;

/** What happens to containers behind Ring's back. */
const accidents: Readonly<Record<string, Act>> = {
  exit: (chaos) => toOne(chaos, (id) => chaos.world.engine.exit(id, chaos.random.below(2)), ['running']),
  kill: (chaos) => toOne(chaos, (id) => chaos.world.engine.kill(id), ['running']),
  pause: (chaos) => toOne(chaos, (id) => chaos.world.engine.pause(id), ['running']),
  destroy: (chaos) => toOne(chaos, (id) => chaos.world.engine.destroy(id)),
  sicken: (chaos) => toOne(chaos, (id) => chaos.world.patients.sicken(id), ['running']),
  async dropNetwork({ world, random }) {
    const namespace = random.pick([home, abroad]) ?? home;
    world.engine.dropNetwork(namespace);
    return namespace;
  },
};

/** What goes wrong with the engine, the store and Ring itself. */
const faults: Readonly<Record<string, Act>> = {
  async refuse({ world, random }) {
    const call = random.pick(calls) ?? 'start';
    const kind = random.pick(refusals) ?? 'other';
    world.engine.failNext(call, new RuntimeError(kind, `refused: ${kind}`));
    return `${call}, ${kind}`;
  },
  async loseAnswer({ world, random }) {
    const call = random.pick(calls) ?? 'start';
    world.engine.loseNext(call);
    return call;
  },
  async engineDown({ world, remedies }) {
    world.engine.down();
    remedies.push({ end: () => world.engine.up(), holdsUp: false });
    return '';
  },
  async engineCrash({ world, random }) {
    const how = random.below(2) === 0 ? 'crash' : 'stop';
    world.engine.restartEngine(how);
    return how;
  },
  async slowCall({ world, random, remedies }) {
    const call = random.pick(['create', 'stop', 'resolveImage'] as const) ?? 'stop';
    remedies.push({ end: world.slowly(call), holdsUp: true });
    return call;
  },
  async storeDown({ world, remedies }) {
    remedies.push({ end: world.unplug(), holdsUp: false });
    return '';
  },
  async crash({ world, random }) {
    const { life } = world.process;
    const moment = random.below(2) === 0 ? 'before' : 'after';
    const number = 1 + random.below(12);
    life.killAt(life.calls.length + number, moment);
    return `${moment} call ${number} from now`;
  },
  async remedy({ remedies }) {
    const remedy = remedies.shift();
    remedy?.end();
    return remedy ? '' : null;
  },
};

const acts = { ...declarations, ...accidents, ...faults };

/** How a life went: what happened, and what did not hold. */
export interface Story {
  readonly seed: number;
  readonly history: readonly string[];
  readonly complaints: readonly string[];
}

/** Hears of a life as it goes, line by line. */
export type Tell = (line: string) => void;

/** Lives one life of so many acts, then ends all faults and waits for rest. */
export async function live(seed: number, length: number, tell: Tell = () => undefined): Promise<Story> {
  const random = makeRandom(seed);
  const world = await makeWorld({ engineRestarts: random.below(2) === 0 });
  await giveInputs(world, home);
  const chaos: Chaos = { world, random, remedies: [] };
  const history: string[] = [];
  const complaints: string[] = [];
  const note = (found: readonly string[]) => {
    for (const complaint of found) complaints.push(`after act ${history.length}: ${complaint}`);
  };
  for (let count = 0; count < length && complaints.length === 0; count += 1) {
    const [name, act] = random.pick(Object.entries(acts)) ?? ['none', declarations.createWorker];
    const begun = world.engine.calls.length;
    const what = act ? await act(chaos) : null;
    if (what !== null) history.push(`${name} ${what}`.trim());
    tell(`${world.clock.now()} act ${history.length}: ${name} ${what}`);
    await passTime(chaos);
    for (const call of world.engine.calls.slice(begun))
      if (call.name !== 'observe') tell(`  ${toldCall(call)}`);
    note(complaintsAnytime(world));
    note(await ticked(chaos));
  }
  for (const { end } of chaos.remedies) end();
  world.patients.cure();
  if (world.process.life.isDead()) world.reboot();
  if (complaints.length === 0) note(await rested(world));
  return { seed, history, complaints };
}

const toldCall = ({ name, args }: FakeCall): string =>
  `${name} ${args.map((arg) => (typeof arg === 'string' ? arg.slice(-6) : JSON.stringify(arg).slice(0, 60))).join(' ')}`;

/** Lets some time pass, mostly little; a process that died is begun again, by its supervisor. */
async function passTime({ world, random }: Chaos): Promise<void> {
  const until = world.clock.now() + (random.pick([0, 10, 300, 2_000, 20_000]) ?? 0);
  for (let life = 0; life < 20 && world.clock.now() < until; life += 1) {
    await world.run(until - world.clock.now());
    if (world.process.life.isDead()) world.reboot();
  }
}

/** What does not hold after one more tick; nothing where that tick failed, or met work that a fault holds up. */
async function ticked({ world, remedies }: Chaos): Promise<readonly string[]> {
  const outcome = await world.tickAnyway();
  return outcome === null || remedies.some(({ holdsUp }) => holdsUp) ? [] : complaintsAfterTick(world);
}

/** Somebody sees to what stopped because it failed, and to what others wait for. */
async function putRight(world: World): Promise<void> {
  for (const { id, kind } of await standing(world)) {
    if (id === hog.name) await world.remove(id);
    else if (kind === 'worker') await world.resume(id);
  }
  if ((await names(world)).includes(base)) await world.scale(base, 1).catch(() => undefined);
  else await world.create({ name: base });
}

async function rested(world: World): Promise<readonly string[]> {
  let isCalm = false;
  for (const { id, isScheduled } of await standing(world)) if (isScheduled) await world.suspend(id);
  // A crash that was planned may come only now.
  for (let round = 0; round < 3 || (!isCalm && round < 6); round += 1) {
    await putRight(world);
    isCalm = await world.converge(3_600_000);
    // A run that waits for another one waits for its process, which ends when somebody makes it.
    if (!isCalm) await endRuns(world);
    if (world.process.life.isDead()) world.reboot();
  }
  await world.run(60_000);
  const unproved = (await world.list()).filter(({ rollout }) => rollout?.state === 'in_progress');
  return [
    ...unproved.map(({ id }) => `the rollout of ${id} does not end`),
    ...(isCalm ? [] : ['it does not come to rest']),
    ...(await complaintsAtRest(world)),
    ...complaintsAnytime(world),
  ];
}

async function endRuns(world: World): Promise<void> {
  const jobs = (await world.declared()).filter(({ record }) => record.kind === 'job');
  const uids = new Set(jobs.map(({ record }) => record.uid));
  const running = world.instances().filter(({ state }) => state === 'running');
  for (const { id, identity } of running) if (uids.has(identity.uid)) world.engine.exit(id, 0);
}

async function toOne(
  { world, random }: Chaos,
  happen: (id: string) => void,
  states: readonly string[] = [],
): Promise<string | null> {
  const some = world.instances().filter(({ state }) => states.length === 0 || states.includes(state));
  const one = random.pick(some);
  if (one) happen(one.id);
  return one?.containerName ?? null;
}
