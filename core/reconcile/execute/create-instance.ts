/**
 * Creates one instance: assembles everything that its container needs, from the revision and from what the revision
 * refers to. When it is created, and what follows a refusal, is decided in execute.ts.
 */
import { type BindPolicy, judgedVolumes } from '../../deployment/policy.ts';
import { openConfidential } from '../../deployment/revision.ts';
import type { Desired } from '../../ports.ts';
import { type RunParameters, runOfSlot } from '../../run/run.ts';
import { openParameters } from '../../run/view.ts';
import type { Runtime } from '../../runtime.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { containerName, identityOf, serviceAliases } from '../identity.ts';
import type { ActionOf } from '../plan/actions.ts';
import { type FilesPorts, placeFiles } from './container-files.ts';
import type { Limit } from './limit.ts';
import { resolveEnvironment } from './read-secrets.ts';

/** The ports that creating an instance needs. */
export interface CreatePorts extends FilesPorts {
  readonly runtime: Runtime;
  /** Limits concurrent calls that the engine works on. */
  readonly calls: Limit;
  /** The policy for bind mounts at the time of creation; without it bind mounts are created as declared. */
  readonly policy?: BindPolicy;
}

/** A container that was created, and whether its image had to be pulled again. */
interface Created {
  readonly id: string;
  readonly wasPulled: boolean;
}

/**
 * Creates an instance from the pinned image; if that image was removed by hand, exactly the same one is pulled first.
 */
export async function createPinned(
  desired: Desired,
  { slot, serves, attempt }: ActionOf<'createInstance'>,
  ports: CreatePorts,
): Promise<Created> {
  const { revision, record } = desired;
  const { environment, credentials } = openConfidential(revision, ports.vault);
  const asked = parametersOf(desired, slot, ports);
  const identity = identityOf(desired, slot, attempt);
  if (revision.pin === null) throw new RuntimeError('image_not_found', 'The image has not been resolved yet');
  const { pin } = revision;
  const { image, pullPolicy } = revision.spec;
  const { policy } = ports;
  const volumes = policy ? await judgedVolumes(revision.spec.volumes, policy) : revision.spec.volumes;
  const request = {
    containerName: containerName(identity),
    identity,
    spec: { ...revision.spec, volumes, command: asked?.command ?? revision.spec.command },
    environment: await resolveEnvironment({ ...environment, ...asked?.environment }, record.namespace, ports),
    imageId: pin.imageId,
    aliases: serves ? serviceAliases(record) : [],
  };
  const { containerName: called, spec } = request;
  const of = { containerName: called, namespace: record.namespace, spec };
  // The files are written immediately before each create, because old files without a container are swept away.
  const create = () =>
    ports.calls(async () => ports.runtime.create({ ...request, files: await placeFiles(of, ports) }));
  try {
    return { id: await create(), wasPulled: false };
  } catch (error) {
    if (!(error instanceof RuntimeError) || !imageIsMissing.has(error.kind)) throw error;
    // The pull does not count towards the limit of calls: it takes long, and lanes that need the same image share it.
    const { pulled } = await ports.runtime.resolveImage({ image, policy: pullPolicy, pin, credentials });
    return { id: await create(), wasPulled: pulled };
  }
}

/** The parameters of the run whose part fills a job's slot; null if it has none, and for a worker. */
function parametersOf(
  { record, runs }: Desired,
  slot: number,
  { vault }: Pick<CreatePorts, 'vault'>,
): RunParameters | null {
  const run = record.kind === 'job' ? runs.find(({ number }) => number === runOfSlot(slot).run) : undefined;
  return run ? openParameters(run, vault) : null;
}

const imageIsMissing: ReadonlySet<string> = new Set(['image_gone', 'image_not_found']);
