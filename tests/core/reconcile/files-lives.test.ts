/**
 * Files of containers through lives that a seed decides: changed values, crashes of Ring at any call, lost answers,
 * boots of the host. Once nothing happens any more, every instance has its files, and nobody else has any.
 */
import { expect, it } from 'vitest';
import { declareConfig } from '../../../core/config/declare.ts';
import { declareSecret } from '../../../core/secret/declare.ts';
import { aCaller } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import { makeRandom, type Random } from '../../support/random.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const lives = 40;
const acts = 12;
const web = {
  image: 'app:1',
  user: 'app',
  volumes: [
    { type: 'config' as const, source: 'app', destination: '/app' },
    { type: 'secret' as const, source: 'token', destination: '/token' },
  ],
  update: { min_healthy_time: '2s', drain_delay: '1s' },
};

interface Life {
  readonly world: World;
  readonly random: Random;
  /** Gives the config and the secret another value each. */
  change(value: string): Promise<void>;
}

async function begin(seed: number): Promise<Life> {
  const random = makeRandom(seed);
  const world = await makeWorld({ engineRestarts: random.below(2) === 0 });
  const ports = { ...makeCommandWorld(), write: world.store.write, clock: world.clock };
  world.engine.users.set('app', { uid: 1000, gid: 1000 });
  const caller = aCaller('admin');
  return {
    world,
    random,
    async change(value) {
      await declareConfig({ id: 'app', declaration: { data: value } }, caller, ports);
      await declareSecret({ id: 'token', declaration: { value } }, caller, ports);
    },
  };
}

const pickOne = ({ world, random }: Life): string | null => random.pick(world.instances())?.id ?? null;

const happenings: readonly ((life: Life, count: number) => Promise<unknown>)[] = [
  ({ change }, count) => change(`value ${count}`),
  async ({ world, random }) => world.scale('web', random.below(4)),
  async ({ world, random }) => {
    const { life } = world.process;
    life.killAt(life.calls.length + 1 + random.below(14), random.below(2) === 0 ? 'before' : 'after');
  },
  async ({ world, random }) =>
    world.engine.loseNext(random.pick(['create', 'start', 'remove'] as const) ?? 'start'),
  async (life) => {
    const id = pickOne(life);
    if (id) life.world.engine.destroy(id);
  },
  async ({ world }) => {
    world.files.reboot();
    world.engine.restartEngine('crash');
  },
  async ({ world, random }) => {
    world.files.refuseSecrets(random.below(2) === 0 ? 'No place for secret files' : null);
  },
];

async function live(seed: number): Promise<object> {
  const life = await begin(seed);
  const { world, random } = life;
  await life.change('value');
  await world.create({ name: 'web', replicas: 2, ...web });
  for (let count = 0; count < acts; count += 1) {
    await random.pick(happenings)?.(life, count);
    await world.run(random.pick([0, 300, 5_000, 30_000]) ?? 0);
    if (world.process.life.isDead()) world.reboot();
  }
  world.files.refuseSecrets(null);
  await life.change('last');
  await world.scale('web', 2);
  let isCalm = false;
  for (let round = 0; round < 4 && !isCalm; round += 1) {
    await world.resume('web').catch(() => undefined);
    isCalm = await world.converge(3_600_000);
    if (world.process.life.isDead()) world.reboot();
  }
  world.files.age();
  await world.run(2 * 60_000);
  const instances = world.instances();
  return {
    seed,
    isCalm,
    states: instances.map(({ state }) => state),
    haveFiles: world.files.names(),
    names: instances.map(({ containerName }) => containerName).sort(),
    files: instances.map(({ containerName }) => world.files.peek(containerName)),
  };
}

const ring = { uid: 0, gid: 0 };
const files = [
  { destination: '/app', content: 'last', mode: 0o444, owner: ring },
  { destination: '/token', content: 'last', mode: 0o400, owner: { uid: 1000, gid: 1000 } },
];

it(`every instance has its files and nobody else has any, at the end of ${lives} lives`, async () => {
  for (let seed = 1; seed <= lives; seed += 1) {
    const end = await live(seed);
    const names = Reflect.get(end, 'names');
    expect(end).toEqual({
      seed,
      isCalm: true,
      states: ['running', 'running'],
      haveFiles: names,
      names,
      files: [files, files],
    });
  }
}, 60_000);
