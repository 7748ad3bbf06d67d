/** The commands that list, create and delete volumes: never one that is in use, never one of another installation. */
import type { Caller, Role } from '../access/user.ts';
import { bindFault, type Policy } from '../deployment/policy.ts';
import { seesSecrets } from '../deployment/read.ts';
import { RingError, type Violation } from '../errors.ts';
import type { Declared, Deployments } from '../ports.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { EngineVolume, EngineVolumes, Volume, VolumeDraft } from './volume.ts';

/** The ports that reading volumes needs. */
export interface VolumePorts {
  readonly runtime: EngineVolumes;
  readonly deployments: Pick<Deployments, 'declared'>;
}

/** The further ports that creating a volume needs. */
export interface CreateVolumePorts extends VolumePorts {
  readonly policy: Policy;
}

const defaultDriver = 'local';

/** Returns the volumes of this installation, by name, with the users of each. */
export async function listVolumes(
  caller: Pick<Caller, 'role'>,
  ports: VolumePorts,
): Promise<readonly Volume[]> {
  const [volumes, declared] = await Promise.all([ports.runtime.volumes(), ports.deployments.declared()]);
  return volumes.map((volume) => toVolume(volume, declared, caller));
}

/** Returns the volume of this name; VOLUME_NOT_FOUND when this installation has none. */
export async function readVolume(
  name: string,
  caller: Pick<Caller, 'role'>,
  ports: VolumePorts,
): Promise<Volume> {
  const found = (await listVolumes(caller, ports)).find((volume) => volume.name === name);
  if (found) return found;
  throw new RingError('VOLUME_NOT_FOUND', 'Volume not found');
}

/**
 * Creates a volume. VOLUME_EXISTS, also when it belongs to something else, which the message then says;
 * POLICY_VIOLATION for options that reach the host; INVALID_REQUEST for what the engine rejects.
 */
export async function createVolume(
  { name, driver = defaultDriver, driver_opts: driverOpts = {}, labels = {} }: VolumeDraft,
  caller: Pick<Caller, 'role'>,
  ports: CreateVolumePorts,
): Promise<Volume> {
  await enforce({ driver, driverOpts }, caller.role, ports.policy);
  try {
    await ports.runtime.createVolume({ name, driver, driverOpts, labels });
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.kind === 'unavailable') throw error;
    if (error.kind !== 'name_taken') {
      const violations = [{ pointer: '/driver', message: `the engine refuses it: ${error.message}` }];
      throw new RingError('INVALID_REQUEST', `The engine refuses the volume: ${error.message}`, {
        violations,
      });
    }
    const isOwn = (await ports.runtime.volumes()).some((volume) => volume.name === name);
    const whose = isOwn ? '' : ', and is not of this Ring';
    throw new RingError('VOLUME_EXISTS', `A volume ${name} exists on the engine${whose}`);
  }
  return readVolume(name, caller, ports);
}

/** Removes a volume and its data. VOLUME_NOT_FOUND; VOLUME_IN_USE, naming its users. */
export async function deleteVolume(
  name: string,
  caller: Pick<Caller, 'role'>,
  ports: VolumePorts,
): Promise<Volume> {
  const volume = await readVolume(name, caller, ports);
  const users = [
    ...volume.deployments.map((id) => `deployment ${id}`),
    ...volume.containers.map((container) => `container ${container}`),
  ];
  if (users.length > 0) throw inUse(name, users);
  try {
    await ports.runtime.removeVolume(name);
  } catch (error) {
    const { containers } = await readVolume(name, caller, ports);
    throw containers.length > 0 ? inUse(name, containers) : error;
  }
  return volume;
}

const inUse = (name: string, users: readonly string[]): RingError =>
  new RingError('VOLUME_IN_USE', `Volume ${name} is in use: ${users.join(', ')}`);

function toVolume(volume: EngineVolume, declared: readonly Declared[], caller: Pick<Caller, 'role'>): Volume {
  const { name, driver, driverOpts, labels, createdAt, containers } = volume;
  const users = declared.filter(({ spec }) =>
    spec.volumes.some(({ type, source }) => type === 'volume' && source === name),
  );
  // The options may contain the password of a share.
  const hidden = Object.fromEntries(Object.keys(driverOpts).map((key) => [key, '***']));
  return {
    name,
    driver,
    driver_opts: seesSecrets(caller) ? { ...driverOpts } : hidden,
    labels: { ...labels },
    created_at: createdAt,
    deployments: users.map(({ record }) => record.id),
    containers: [...containers],
  };
}

/** A driver and its options can mount anything of the host, so only administrators may set them, as with binds. */
async function enforce(
  { driver, driverOpts }: Pick<EngineVolume, 'driver' | 'driverOpts'>,
  role: Role,
  policy: Policy,
): Promise<void> {
  const violations: Violation[] = [];
  const isPlain = driver === defaultDriver && Object.keys(driverOpts).length === 0;
  if (!isPlain && role !== 'admin') {
    const message = 'a driver of its own and driver_opts are reserved for administrators';
    violations.push({ pointer: driver === defaultDriver ? '/driver_opts' : '/driver', message });
  }
  const { device } = driverOpts;
  const fault = device?.startsWith('/') ? await bindFault(device, role, policy) : null;
  if (fault !== null) violations.push({ pointer: '/driver_opts/device', message: fault });
  if (violations.length === 0) return;
  throw new RingError('POLICY_VIOLATION', violations[0]?.message ?? 'Not allowed', { violations });
}
