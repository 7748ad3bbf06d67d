import { expect, it } from 'vitest';
import { isOver, type RunRecord } from '../../../core/run/run.ts';
import { makeRandom, type Random } from '../../support/random.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const lives = 40;
const acts = 40;
const periodMs = 5_000;

/** What happens to a scheduled job: time, ends, crashes, people, faults. */
const happenings: readonly ((world: World, random: Random) => Promise<void>)[] = [
  (world, random) => world.run(random.below(12_000)),
  (world, random) => world.run(random.below(4_000)),
  (world, random) => world.run(random.below(60_000)),
  async (world, random) => {
    const one = random.pick(running(world));
    if (one) world.engine.exit(one.id, random.pick([0, 0, 1]) ?? 0);
  },
  async (world) => {
    for (const { id } of running(world)) world.engine.exit(id, 0);
  },
  async (world) => world.reboot(),
  async (world, random) => {
    const plug = world.unplug();
    await world.run(random.below(20_000));
    plug();
  },
  async (world, random) => {
    world.engine.down();
    await world.run(random.below(20_000));
    world.engine.up();
  },
  // Forbidden while another one is not over.
  (world) => world.startRun('tick').catch(() => undefined),
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
  for (let act = 0; act < acts; act += 1) {
    await random.pick(happenings)?.(world, random);
    if (concurrency !== 'allow' && running(world).length > 1) complaints.push('two run beside each other');
  }
  await world.declare('tick', { kind: 'job', ...terms, suspend: true });
  await endAll(world);
  const runs = (await runsOf(world)).length;
  return { runs, complaints: [...complaints, ...(await complaintsOf(world))] };
}

/** Lets everything end. */
async function endAll(world: World): Promise<void> {
  for (let round = 0; round < 200 && (await runsOf(world)).some((run) => !isOver(run)); round += 1) {
    await world.run(1_000);
    for (const { id } of running(world)) world.engine.exit(id, 0);
  }
}

const runsOf = async (world: World): Promise<readonly RunRecord[]> => (await world.declared())[0]?.runs ?? [];

async function complaintsOf(world: World): Promise<readonly string[]> {
  const runs = await runsOf(world);
  const [desired] = await world.declared();
  const uid = desired?.record.uid ?? '';
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
  const said = await world.store.stores.events.list(uid, { limit: 1000 });
  const isBegun = new Set(instants);
  const from = Date.parse(desired?.record.createdAt ?? '');
  const missing = instantsBetween(from, Date.parse(instants.at(-1) ?? '') || from).filter(
    (at) => !isBegun.has(new Date(at).toISOString()),
  );
  // One that is skipped with others may stand for all of them.
  const skips = said.filter(({ reason }) => reason === 'RunSkipped').length;
  if (missing.length > 0 && skips === 0)
    complaints.push(`${missing.length} instants were lost without a word`);
  return complaints;
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
