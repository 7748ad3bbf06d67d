/**
 * A life of a world that a seed decides: declarations, faults of the engine and the store, crashes of Ring, time. The
 * same seed lives the same life. An act is one entry of a table; what must hold afterwards is said in invariants.ts.
 */
import type { DeploymentDraft } from '../../core/deployment/draft.ts';
import { RingError } from '../../core/errors.ts';
import { RuntimeError, type RuntimeErrorKind } from '../../core/runtime.ts';
import { base, jobTermsOf, termsOf } from './chaos-terms.ts';
import type { FakeCall } from './fake-faults.ts';
import { complaintsAfterTick, complaintsAnytime, complaintsAtRest } from './invariants.ts';
import { makeRandom, type Random } from './random.ts';
import { makeWorld, type World } from './simulation.ts';

/** Ends a fault that lasts. */
export interface Remedy {
  readonly end: () => void;
  /** Whether the fault holds work up, so that a tick may meet some in flight. */
  readonly holdsUp: boolean;
}

/** What acts work on. */
export interface Chaos {
  readonly world: World;
  readonly random: Random;
  /** What ends the faults that last, in order. */
  readonly remedies: Remedy[];
}

/** Something that happens; says what it was, null when there was nothing to do it to. */
export type Act = (chaos: Chaos) => Promise<string | null>;

const images = ['app:1', 'app:2', 'app:3'] as const;
/** What may be declared of what is there already: also what ends, fails its checks or is in no registry. */
const versions = [...images, 'app:crash', 'app:sick', 'app:missing'] as const;
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

/** What users do. */
const declarations: Readonly<Record<string, Act>> = {
  async createWorker({ world, random }) {
    const name = `w${random.below(3)}`;
    if ((await names(world)).includes(name)) return null;
    const published: Partial<DeploymentDraft> =
      random.below(4) === 0
        ? { ports: [`808${name.slice(1)}:80`], replicas: 1, network_mode: 'namespace' }
        : {};
    const image = random.pick(images) ?? '';
    await world.create({ name, image, replicas: random.below(5), ...termsOf(random), ...published });
    return name;
  },
  async createJob({ world, random }) {
    const name = `j${random.below(2)}`;
    if ((await names(world)).includes(name)) return null;
    await world.create({ name, kind: 'job', replicas: 1 + random.below(3), ...jobTermsOf(random) });
    return name;
  },
  async createBase({ world }) {
    if ((await names(world)).includes(base)) return null;
    await world.create({ name: base });
    return base;
  },
  async startRun(chaos) {
    return steer(chaos, chaos.world.startRun, 'job');
  },
  async cancelRun(chaos) {
    const number = 1 + chaos.random.below(3);
    return steer(chaos, (id) => chaos.world.cancelRun(id, number), 'job');
  },
  async change({ world, random }) {
    const one = random.pick(await standing(world));
    if (!one) return null;
    const image = random.pick(one.kind === 'job' ? images : versions) ?? '';
    const terms = one.kind === 'job' ? jobTermsOf(random) : termsOf(random);
    const waits = one.id === base ? { depends_on: [] } : {};
    await world.declare(one.id, { kind: one.kind, replicas: one.replicas, image, ...terms, ...waits });
    return `${one.id} to ${image}`;
  },
  async scale({ world, random }) {
    const one = random.pick((await standing(world)).filter(({ kind }) => kind === 'worker'));
    const replicas = random.below(4);
    if (!one) return null;
    const hasPort = one.hasPort && replicas > 1;
    await world.scale(one.id, hasPort ? 1 : replicas);
    return `${one.id} to ${hasPort ? 1 : replicas}`;
  },
  async remove({ world, random }) {
    const one = random.pick(await standing(world));
    if (one) await world.remove(one.id);
    return one?.id ?? null;
  },
  rollBack: (chaos) => steer(chaos, chaos.world.rollBack),
  restart: (chaos) => steer(chaos, chaos.world.restart),
  pause: (chaos) => steer(chaos, chaos.world.pause),
  resume: (chaos) => steer(chaos, chaos.world.resume),
};

/** Steers some deployment of a kind; what cannot be steered is left. */
async function steer(
  { world, random }: Chaos,
  command: (id: string) => Promise<void>,
  of: 'worker' | 'job' = 'worker',
): Promise<string | null> {
  const one = random.pick((await standing(world)).filter(({ kind }) => kind === of));
  if (!one) return null;
  try {
    await command(one.id);
    return one.id;
  } catch (error) {
    if (error instanceof RingError) return null;
    throw error;
  }
}

/** What happens to containers behind Ring's back. */
const accidents: Readonly<Record<string, Act>> = {
  exit: (chaos) => toOne(chaos, (id) => chaos.world.engine.exit(id, chaos.random.below(2)), ['running']),
  kill: (chaos) => toOne(chaos, (id) => chaos.world.engine.kill(id), ['running']),
  pause: (chaos) => toOne(chaos, (id) => chaos.world.engine.pause(id), ['running']),
  destroy: (chaos) => toOne(chaos, (id) => chaos.world.engine.destroy(id)),
  sicken: (chaos) => toOne(chaos, (id) => chaos.world.patients.sicken(id), ['running']),
  async dropNetwork({ world }) {
    world.engine.dropNetwork('default');
    return 'default';
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

async function rested(world: World): Promise<readonly string[]> {
  let isCalm = false;
  // Somebody sees to what stopped because it failed; a crash that was planned may come only now.
  for (let round = 0; round < 3 || (!isCalm && round < 6); round += 1) {
    for (const { id, kind } of await standing(world)) if (kind === 'worker') await world.resume(id);
    if ((await names(world)).includes(base)) await world.scale(base, 1).catch(() => undefined);
    else await world.create({ name: base });
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

const names = async (world: World): Promise<readonly string[]> =>
  (await world.declared()).map(({ record }) => record.name);

const standing = async (world: World) =>
  (await world.declared())
    .filter(({ record }) => record.deletedAt === null)
    .map(({ record: { id, kind, replicas }, revision, stable }) => ({
      id,
      kind,
      replicas,
      // What a rollout may return to counts as well.
      hasPort: [revision, stable].some((one) => one !== null && one.spec.ports.length > 0),
    }));

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
