import { expect, it } from 'vitest';
import { isOver, type RunRecord } from '../../../core/run/run.ts';
import { makeRandom, type Random } from '../../support/random.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const lives = 40;
const acts = 40;
const periodMs = 5_000;
const stepMs = 1_000;

/** A world, what decides about it, and how time passes there. */
interface Life {
  readonly world: World;
  readonly random: Random;
  readonly pass: (ms: number) => Promise<void>;
}

/** What happens to a scheduled job: time, ends, crashes, people, faults. */
const happenings: readonly ((life: Life) => Promise<void>)[] = [
  ({ pass, random }) => pass(random.below(12_000)),
  ({ pass, random }) => pass(random.below(4_000)),
  ({ pass, random }) => pass(random.below(60_000)),
  async ({ world, random }) => {
    const one = random.pick(running(world));
    if (one) world.engine.exit(one.id, random.pick([0, 0, 1]) ?? 0);
  },
  async ({ world }) => {
    for (const { id } of running(world)) world.engine.exit(id, 0);
  },
  async ({ world }) => world.reboot(),
  async ({ world, random, pass }) => {
    const plug = world.unplug();
    await pass(random.below(20_000));
    plug();
  },
  async ({ world, random, pass }) => {
    world.engine.down();
    await pass(random.below(20_000));
    world.engine.up();
  },
  // Forbidden while another one is not over.
  ({ world }) => world.startRun('tick').catch(() => undefined),
];

const running = (world: World) => world.instances().filter(({ state }) => state === 'running');

/** One life of a job that is due every five seconds, and what is wrong with it. */
async function live(
  seed: number,
): Promise<{ readonly runs: number; readonly complaints: readonly string[] }> {
  const random = makeRandom(seed);
  const world = await makeWorld();
  const concurrency = random.pick(['forbid', 'allow', 'replace'] as const) ?? 'forbid';
  const catch_up = random.pick(['none', 'last'] as const) ?? 'none';
  const terms = { concurrency, catch_up, history: 1000, schedule: '*/5 * * * * *' };
  await world.create({ name: 'tick', kind: 'job', ...terms });
  const complaints: string[] = [];
  const skips = watchSkips(world);
  for (let act = 0; act < acts; act += 1) {
    await random.pick(happenings)?.({ world, random, pass: skips.pass });
    if (concurrency !== 'allow' && running(world).length > 1) complaints.push('two run beside each other');
  }
  await world.declare('tick', { kind: 'job', ...terms, suspend: true });
  await endAll(world);
  const runs = (await runsOf(world)).length;
  return { runs, complaints: [...complaints, ...(await complaintsOf(world, skips.at))] };
}

/**
 * How time passes, and when something was skipped meanwhile. Equal events are one row that is counted, which keeps the
 * times of the first and the last alone: so time passes in steps shorter than the period, with a look after each.
 */
function watchSkips(world: World): { readonly pass: Life['pass']; readonly at: ReadonlySet<number> } {
  const at = new Set<number>();
  const note = async () => {
    const [desired] = await world.declared();
    const said = await world.store.stores.events.list(desired?.record.uid ?? '', { limit: 1000 });
    for (const { reason, first_seen, last_seen } of said) {
      if (reason === 'RunSkipped') for (const time of [first_seen, last_seen]) at.add(Date.parse(time));
    }
  };
  return {
    at,
    async pass(ms) {
      for (let left = ms; left > 0; left -= stepMs) {
        await world.run(Math.min(left, stepMs));
        await note();
      }
    },
  };
}

/** Lets everything end. */
async function endAll(world: World): Promise<void> {
  for (let round = 0; round < 200 && (await runsOf(world)).some((run) => !isOver(run)); round += 1) {
    await world.run(1_000);
    for (const { id } of running(world)) world.engine.exit(id, 0);
  }
}

const runsOf = async (world: World): Promise<readonly RunRecord[]> => (await world.declared())[0]?.runs ?? [];

async function complaintsOf(world: World, looks: ReadonlySet<number>): Promise<readonly string[]> {
  const runs = await runsOf(world);
  const [desired] = await world.declared();
  const skips = [...looks];
  const complaints: string[] = [];
  const instants = runs.flatMap(({ scheduledAt }) => scheduledAt ?? []).reverse();
  if (JSON.stringify(instants) !== JSON.stringify([...new Set(instants)].sort())) {
    complaints.push(`an instant came twice, or late: ${instants}`);
  }
  const odd = instants.filter((instant) => Date.parse(instant) % periodMs !== 0);
  if (odd.length > 0) complaints.push(`nothing was due at ${odd}`);
  const starts = new Set(world.starts);
  if (starts.size !== world.starts.length) complaints.push(`something was started twice: ${world.starts}`);
  if (runs.some((run) => !isOver(run))) complaints.push('a run does not end');
  const begun = instants.map((instant) => Date.parse(instant));
  const from = Date.parse(desired?.record.createdAt ?? '');
  const lost = instantsBetween(from, begun.at(-1) ?? from).filter(
    (at) => !begun.includes(at) && !skips.some((look) => explains(look, at, begun)),
  );
  if (lost.length > 0)
    complaints.push(`lost without a word: ${lost.map((at) => new Date(at).toISOString())}`);
  return complaints;
}

/**
 * Whether what was skipped at one look may be this instant: it was due by then, and nothing later was begun before that
 * look's own last instant, which alone may have begun.
 */
function explains(look: number, at: number, begun: readonly number[]): boolean {
  const last = Math.floor(look / periodMs) * periodMs;
  return at <= last && !begun.some((other) => other > at && other < last);
}

function instantsBetween(from: number, to: number): readonly number[] {
  const instants: number[] = [];
  for (let at = (Math.floor(from / periodMs) + 1) * periodMs; at <= to; at += periodMs) instants.push(at);
  return instants;
}

it(`begins every instant once or says why not, in ${lives} lives of crashes and faults`, async () => {
  const failed: string[] = [];
  let begun = 0;
  for (let seed = 1; seed <= lives; seed += 1) {
    const { runs, complaints } = await live(seed);
    begun += runs;
    if (complaints.length > 0) failed.push(`seed ${seed}: ${complaints.slice(0, 3).join('; ')}`);
  }
  expect(failed).toEqual([]);
  expect(begun).toBeGreaterThan(lives * 10);
}, 600_000);
