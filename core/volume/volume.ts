/**
 * A named volume of the engine that belongs to this installation: created by a user, or by a deployment that mounts it.
 * Names are global to the engine, so volumes have no namespace. core/deployment/spec/volume.ts describes mounts.
 */
import * as v from 'valibot';
import { volumeName, volumeNameMessage } from '../deployment/spec/volume.ts';

/** A volume of this installation, as the engine reports it. */
export interface EngineVolume {
  readonly name: string;
  readonly driver: string;
  readonly driverOpts: Readonly<Record<string, string>>;
  /** Without those that begin with `ring.`. */
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339; null when the engine does not report it. */
  readonly createdAt: string | null;
  /** Names of all containers that mount it, running or not, including those of others. */
  readonly containers: readonly string[];
}

/** A request to create a volume. */
export type VolumeRequest = Pick<EngineVolume, 'name' | 'driver' | 'driverOpts' | 'labels'>;

/** The engine's volumes. Each call has a deadline and rejects with RuntimeError. */
export interface EngineVolumes {
  /** Those of this installation, sorted by name. */
  volumes(): Promise<readonly EngineVolume[]>;
  /**
   * Creates a volume with this installation's labels; `name_taken` when a volume of that name exists, whoever owns it.
   */
  createVolume(request: VolumeRequest): Promise<void>;
  /** Removes a volume of this installation and its data; a missing volume, or one of others, is left alone. */
  removeVolume(name: string): Promise<void>;
}

const volume = v.object({
  name: v.string(),
  driver: v.string(),
  /** Values are `***` for callers who may not write. */
  driver_opts: v.record(v.string(), v.string()),
  labels: v.record(v.string(), v.string()),
  created_at: v.nullable(v.string()),
  /** Ids of the deployments that mount it. */
  deployments: v.array(v.string()),
  containers: v.array(v.string()),
});

/** A volume as the API shows it. */
export interface Volume extends v.InferOutput<typeof volume> {}
/** Documents a {@link Volume}. */
export const Volume: v.GenericSchema<Volume> = volume;

const word = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(256));
const entry = v.pipe(v.string(), v.maxLength(4096));

const draft = v.strictObject({
  name: v.pipe(v.string(), v.regex(volumeName, volumeNameMessage)),
  driver: v.optional(word),
  driver_opts: v.optional(v.record(word, entry)),
  labels: v.optional(
    v.record(
      v.pipe(word, v.regex(/^(?!ring\.)/i, 'labels that begin with "ring." are reserved for Ring')),
      entry,
    ),
  ),
});

/** A volume as a client sends it. */
export interface VolumeDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link VolumeDraft}. */
export const VolumeDraft: v.GenericSchema<VolumeDraft> = draft;
