/** The actions of users in a random scenario: they declare, change, scale, delete, and control rollouts and runs. */
import type { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import { RingError } from '../../core/errors.ts';
import { qualifiedId } from '../../core/name.ts';
import type { Act, Chaos } from './chaos-act.ts';
import { abroad, base, hog, home, inputs, jobTermsOf, termsOf } from './chaos-terms.ts';
import type { World } from './simulation.ts';

const images = ['app:1', 'app:2', 'app:3'] as const;
/** What may be declared of what is there already: also what ends, fails its checks or is in no registry. */
const versions = [...images, 'app:crash', 'app:sick', 'app:missing'] as const;
/** What users do. */
export const declarations: Readonly<Record<string, Act>> = {
  async createWorker({ world, random }) {
    const name = `w${random.below(3)}`;
    if ((await names(world)).includes(name)) return null;
    const published: Partial<DeploymentDraft> =
      random.below(4) === 0
        ? { ports: [`808${name.slice(1)}:80`], replicas: 1, network_mode: 'namespace' }
        : {};
    const image = random.pick(images) ?? '';
    await world.create({ name, image, replicas: random.below(5), ...termsOf(random, home), ...published });
    return name;
  },
  async createAbroad({ world, random }) {
    const name = `w${random.below(3)}`;
    if ((await names(world, abroad)).includes(name)) return null;
    await giveInputs(world, abroad);
    const image = random.pick(images) ?? '';
    const replicas = 1 + random.below(2);
    await world.create({ name, namespace: abroad, image, replicas, ...termsOf(random, abroad) });
    return name;
  },
  async deleteAbroad({ world }) {
    if ((await names(world, abroad)).length === 0) return null;
    await world.deleteNamespace(abroad);
    return abroad;
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
  /** Comes, or goes. */
  async hog({ world }) {
    const isHere = (await standing(world)).some(({ id }) => id === hog.name);
    if (isHere) await world.remove(hog.name);
    else if ((await names(world)).includes(hog.name)) return null;
    else await world.create(hog);
    return isHere ? 'goes' : 'comes';
  },
  async changeConfig({ world, random }) {
    const data = `level ${random.below(3)}`;
    await world.putConfig(inputs.config, data);
    return data;
  },
  async changeSecret({ world, random }) {
    const value = `value ${random.below(3)}`;
    await world.putSecret(inputs.secret, value);
    return value;
  },
  async startRun(chaos) {
    return steer(chaos, chaos.world.startRun, 'job');
  },
  async cancelRun(chaos) {
    const number = 1 + chaos.random.below(3);
    return steer(chaos, (id) => chaos.world.cancelRun(id, number), 'job');
  },
  async change({ world, random }) {
    const one = random.pick(await changeable(world));
    if (!one) return null;
    const image = random.pick(one.kind === 'job' ? images : versions) ?? '';
    const terms = one.kind === 'job' ? jobTermsOf(random) : termsOf(random, one.namespace);
    const waits = one.id === base ? { depends_on: [] } : {};
    await world.declare(one.id, { kind: one.kind, replicas: one.replicas, image, ...terms, ...waits });
    return `${one.id} to ${image}`;
  },
  async scale({ world, random }) {
    const one = random.pick((await changeable(world)).filter(({ kind }) => kind === 'worker'));
    const replicas = random.below(4);
    if (!one) return null;
    const hasPort = one.hasPort && replicas > 1;
    await world.scale(one.id, hasPort ? 1 : replicas);
    return `${one.id} to ${hasPort ? 1 : replicas}`;
  },
  async remove({ world, random }) {
    const one = random.pick(await changeable(world));
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

/** Makes sure of the config and the secret of a namespace. */
export async function giveInputs(world: World, namespace: string): Promise<void> {
  await world.putConfig(qualifiedId(inputs.config, namespace), 'level 0');
  await world.putSecret(qualifiedId(inputs.secret, namespace), 'value 0');
}

/** The names that are taken in a namespace. */
export const names = async (world: World, namespace: string = home): Promise<readonly string[]> =>
  (await world.declared())
    .filter(({ record }) => record.namespace === namespace)
    .map(({ record }) => record.name);

/** What is declared and not deleted. */
export const standing = async (world: World) =>
  (await world.declared())
    .filter(({ record }) => record.deletedAt === null)
    .map(({ record: { id, namespace, kind, replicas }, revision, stable }) => ({
      id,
      namespace,
      kind,
      replicas,
      isScheduled: revision.spec.job?.schedule != null,
      // What a rollout may return to counts as well.
      hasPort: [revision, stable].some((one) => one !== null && one.spec.ports.length > 0),
    }));

/** The hog stays as it is until it goes. */
const changeable = async (world: World) => (await standing(world)).filter(({ id }) => id !== hog.name);
