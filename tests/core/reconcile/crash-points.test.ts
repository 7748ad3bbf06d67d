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

/** Due once, fifteen seconds after the world's clock begins. */
const createScheduled: Act = (world) =>
  world.create({ name: 'web', kind: 'job', schedule: '15 30 10 15 1 *' });

/** Time passes until it was due; a process that dies meanwhile is begun again by its supervisor. */
const fallDue: Act = async (world) => {
  const until = world.clock.now() + 20_000;
  while (world.clock.now() < until) {
    await world.run(until - world.clock.now());
    if (world.process.life.isDead()) world.reboot();
  }
};

const withFiles = {
  user: 'app',
  volumes: [
    { type: 'config' as const, source: 'level', destination: '/level' },
    { type: 'secret' as const, source: 'token', destination: '/token' },
  ],
  secrets: { TOKEN: { secretRef: 'token' } },
};
const putFiles: Act = async (world) => {
  world.engine.users.set('app', { uid: 1000, gid: 1000 });
  await world.putConfig('level', 'old');
  await world.putSecret('token', 'hidden');
};
const createFiled: Act = (world) => world.create({ name: 'web', replicas: 2, ...withFiles });
const changeConfig: Act = (world) => world.putConfig('level', 'new');
const changeSecret: Act = (world) => world.putSecret('token', 'sealed');
const bootHost: Act = async ({ files, engine }) => {
  files.reboot();
  engine.restartEngine('crash');
};

const createBase: Act = (world) => world.create({ name: 'base' });
const createWaiting: Act = (world) =>
  world.create({ name: 'web', replicas: 2, depends_on: [{ name: 'base', condition: 'started' }] });

/** More than half of what the fake host has. */
const resources = { requests: { memory: '5g' } };
const createHolder: Act = (world) => world.create({ name: 'holder', resources });
const createHungry: Act = (world) => world.create({ name: 'web', resources });
const removeHolder: Act = (world) => world.remove('holder');

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
  const calls = life.calls.slice(begun);
  complaints.push(...(await complaintsOfFiles(world)), ...complaintsAnytime(world));
  return { calls, complaints };
}

/** Every container that mounts files has them as they are declared now, and nobody else has any. */
async function complaintsOfFiles(world: World): Promise<readonly string[]> {
  const { stores } = world.store;
  const level = (await stores.configs.find('level'))?.data;
  const token = (await stores.secrets.find('token'))?.version === 1 ? 'hidden' : 'sealed';
  const [web] = (await world.declared()).filter(({ revision }) => revision.spec.volumes.length > 0);
  // What nobody claims is swept away once it is no longer young.
  world.files.age();
  await world.run(2 * 60_000);
  const own = world.instances().filter(({ identity }) => identity.uid === web?.record.uid);
  const wanted = own.map(({ containerName }) => `${containerName}: ${level} 444, ${token} 400 of 1000`);
  const there = world.files.names().map((name) => {
    const [config, secret] = world.files.peek(name);
    const modes = [config, secret].map((file) => file?.mode.toString(8));
    return `${name}: ${config?.content} ${modes[0]}, ${secret?.content} ${modes[1]} of ${secret?.owner.uid}`;
  });
  const [expected, found] = [wanted, there].map((lines) => [...lines].sort().join('; '));
  return expected === found ? [] : [`files should be ${expected}, and are ${found}`];
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
  ['runs a job that is due', [], [atOnce(createScheduled, fallDue), endJob]],
  ['gives containers their files', [putFiles], [createFiled, scaleDown]],
  ['rolls out another config and another secret', [putFiles, createFiled], [changeConfig, changeSecret]],
  ['brings files back that the host lost', [putFiles, createFiled], [bootHost]],
  ['takes files away with their containers', [putFiles, createFiled], [remove]],
  ['holds what waits for another one', [], [atOnce(createWaiting, createBase)]],
  ['lets in what waited for another one', [createWaiting], [createBase]],
  ['holds what has no memory until there is room', [], [atOnce(createHolder, createHungry, removeHolder)]],
  ['lets in what had no memory', [createHolder, createHungry], [removeHolder]],
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
