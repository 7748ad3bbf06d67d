/** Ring is killed at every call to the engine and every write, before and after it takes effect: it always converges. */
import { expect, it } from 'vitest';
import { complaintsAnytime, complaintsAtRest } from '../../support/invariants.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

type Act = (world: World) => Promise<void>;

const createWeb: Act = (world) => world.create({ name: 'web', replicas: 2 });
const scaleUp: Act = (world) => world.scale('web', 3);
const scaleDown: Act = (world) => world.scale('web', 1);
const change: Act = (world) => world.declare('web', { image: 'app:2', replicas: 2 });
const remove: Act = (world) => world.remove('web');
const createJob: Act = (world) => world.create({ name: 'web', kind: 'job' });
const createTrying: Act = (world) => world.create({ name: 'web', kind: 'job', retries: 1 });
const startRun: Act = (world) => world.startRun('web');
const changeJob: Act = (world) => world.declare('web', { kind: 'job', image: 'app:2' });

const takesPort = { ports: ['8080:80'] };
const createBound: Act = (world) => world.create({ name: 'web', ...takesPort });
const changeBound: Act = (world) => world.declare('web', { image: 'app:2', ...takesPort });

const endJob: Act = async ({ engine, instances }) => {
  for (const { id, state } of instances()) if (state === 'running') engine.exit(id, 0);
};
const failJob: Act = async ({ engine, instances }) => {
  for (const { id, state } of instances()) if (state === 'running') engine.exit(id, 1);
};
const endAll: Act = async ({ engine, instances }) => {
  for (const { id } of instances()) engine.exit(id, 1);
};
const loseOne: Act = async ({ engine, instances }) => {
  const [first] = instances();
  if (first) engine.destroy(first.id);
};

/** One after the other without waiting: the second comes while the first is being worked on. */
const atOnce =
  (...acts: readonly Act[]): Act =>
  async (world) => {
    for (const act of acts) {
      await act(world);
      await world.run(25);
    }
  };

interface Crash {
  readonly call: number;
  readonly moment: 'before' | 'after';
}

/** Plays what comes before in peace, then acts under a crash at one of their calls, by which another process begins. */
async function play(
  { peace, acts }: { readonly peace: readonly Act[]; readonly acts: readonly Act[] },
  crash: Crash | null,
): Promise<{ readonly calls: readonly string[]; readonly complaints: readonly string[] }> {
  const world = await makeWorld();
  const { life } = world.process;
  for (const act of peace) {
    await act(world);
    await world.converge();
  }
  const begun = life.calls.length;
  if (crash) life.killAt(begun + crash.call, crash.moment);
  const complaints: string[] = [];
  for (const act of acts) {
    await act(world);
    if (!(await world.converge()) && world.process.life.isDead()) {
      world.reboot();
      await world.converge();
    }
    complaints.push(...(await complaintsAtRest(world)));
  }
  return { calls: life.calls.slice(begun), complaints: [...complaints, ...complaintsAnytime(world)] };
}

it.each<[string, readonly Act[], readonly Act[]]>([
  ['creates and scales up', [], [createWeb, scaleUp]],
  ['changes', [createWeb], [change]],
  ['changes what holds a host port', [createBound], [changeBound]],
  ['scales down and deletes', [createWeb], [scaleDown, remove]],
  ['starts again what ended', [createWeb], [endAll]],
  ['makes anew what was lost', [createWeb], [loseOne]],
  ['runs a job', [], [createJob, endJob]],
  ['tries a job again', [], [createTrying, failJob, endJob]],
  ['runs a job once more', [createJob, endJob], [startRun, endJob]],
  ['runs a changed job and deletes it', [createJob], [changeJob, remove]],
  ['deletes what is being made', [], [atOnce(createWeb, remove)]],
  ['deletes what is being changed', [createWeb], [atOnce(change, remove)]],
])(
  'converges wherever it is killed while it %s',
  async (title, peace, acts) => {
    const { calls, complaints } = await play({ peace, acts }, null);
    expect(complaints).toEqual([]);
    const failed: string[] = [];
    for (let call = 1; call <= calls.length; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        const outcome = await play({ peace, acts }, { call, moment });
        const where = `killed ${moment} call ${call}, ${calls[call - 1]}`;
        if (outcome.complaints.length > 0) failed.push(`${where}: ${outcome.complaints.join('; ')}`);
      }
    }
    const points = calls.length * 2;
    console.info(`${points - failed.length} of ${points} points converge: ${title}`);
    expect(failed).toEqual([]);
  },
  120_000,
);
