/**
 * The wire schema of a declared deployment, field by field. normalize.ts checks rules across fields and converts a
 * draft to its normal form.
 */
import * as v from 'valibot';
import { containerEntries } from '../../container/draft.ts';
import { healthCheckSchema, mostHealthChecks } from '../../health/draft.ts';
import { dnsLabel } from '../../name.ts';
import { termsEntries } from '../../run/terms.ts';
import { DependenciesDraft } from './dependency.ts';
import { imageReference, imageReferenceMessage } from './image.ts';
import { portText, portTextMessage } from './port-text.ts';
import { StopSignal } from './stop-signal.ts';
import { UpdateDraft } from './update.ts';

/** Labels that begin with `ring.` identify Ring's containers, so users must not set them. */
const reservedLabelMessage = 'labels that begin with "ring." are reserved for Ring';

const text = (most: number) => v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(most));
const quantity = v.union([v.number(), v.string()]);
const duration = v.union([v.number(), v.string()]);

const volumeText = v.regex(
  /^(?:\/[^:]*|[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}):\/[^:]*(?::(?:ro|rw))?$/,
  'must be "source:destination" or "source:destination:ro": the source an absolute path or the name of a volume, the destination an absolute path',
);

const volume = v.union([
  v.pipe(v.string(), v.maxLength(8192), volumeText),
  v.strictObject({
    type: v.optional(v.picklist(['bind', 'volume', 'tmpfs', 'config', 'secret'])),
    source: v.optional(text(4096)),
    destination: text(4096),
    permission: v.optional(v.picklist(['rw', 'ro'])),
    key: v.optional(text(1024)),
  }),
]);

const port = v.union([
  v.pipe(v.string(), v.maxLength(128), v.regex(portText, portTextMessage)),
  v.strictObject({
    published: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
    target: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
    host_ip: v.optional(text(64)),
    protocol: v.optional(v.picklist(['tcp', 'udp'])),
  }),
]);

/** A value, or the name of the secret that holds it. */
const environment = v.record(
  text(1024),
  v.union([v.pipe(v.string(), v.maxLength(1_000_000)), v.strictObject({ secretRef: dnsLabel })]),
);
const onChange = v.picklist(['rollout', 'none']);

/** The labels of a deployment as a client sends them. */
export const LabelsDraft = v.record(
  v.pipe(text(1024), v.regex(/^(?!ring\.)/i, reservedLabelMessage)),
  v.pipe(v.string(), v.maxLength(65536)),
);

const amounts = v.strictObject({ cpu: v.optional(quantity), memory: v.optional(quantity) });

const entries = {
  kind: v.optional(v.picklist(['worker', 'job'])),
  runtime: v.optional(v.picklist(['docker'])),
  replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000))),
  image: v.pipe(v.string(), v.maxLength(1024), v.regex(imageReference, imageReferenceMessage)),
  labels: v.optional(LabelsDraft),
  secrets: v.optional(environment),
  environment: v.optional(environment),
  on_secret_change: v.optional(onChange),
  on_config_change: v.optional(onChange),
  volumes: v.optional(v.pipe(v.array(volume), v.maxLength(200))),
  ports: v.optional(v.pipe(v.array(port), v.maxLength(200))),
  command: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(131072))), v.maxLength(1000))),
  entrypoint: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(131072))), v.maxLength(1000))),
  user: v.optional(text(256)),
  workdir: v.optional(text(4096)),
  resources: v.optional(v.strictObject({ limits: v.optional(amounts), requests: v.optional(amounts) })),
  restart_policy: v.optional(v.picklist(['always', 'on-failure', 'never'])),
  stop_signal: v.optional(StopSignal),
  stop_grace: v.optional(duration),
  health_checks: v.optional(v.pipe(v.array(healthCheckSchema), v.maxLength(mostHealthChecks))),
  update: v.optional(UpdateDraft),
  depends_on: v.optional(DependenciesDraft),
  ...termsEntries,
  ...containerEntries,
  image_pull_policy: v.optional(v.picklist(['IfNotPresent', 'Always', 'Never'])),
  registry_credentials: v.optional(
    v.strictObject({
      username: text(1024),
      password: v.pipe(v.string(), v.maxLength(65536)),
      server: v.optional(text(1024)),
    }),
  ),
};

const draft = v.strictObject({ name: dnsLabel, namespace: v.optional(dnsLabel), ...entries });

/** A deployment as a client may send it to be created. */
export interface DeploymentDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link DeploymentDraft}. */
export const DeploymentDraft: v.GenericSchema<DeploymentDraft> = draft;

const declaration = v.strictObject({
  name: v.optional(dnsLabel),
  namespace: v.optional(dnsLabel),
  ...entries,
});

/** A deployment as a client may send it to its own URL, which already names it. */
export interface DeploymentDeclaration extends v.InferInput<typeof declaration> {}
/** Validates a {@link DeploymentDeclaration}. */
export const DeploymentDeclaration: v.GenericSchema<DeploymentDeclaration> = declaration;

const entry = v.strictObject({ namespace: v.optional(dnsLabel), ...entries });

/** A deployment as a client may send it under a key that names it. */
export interface DeploymentEntry extends v.InferInput<typeof entry> {}
/** Validates a {@link DeploymentEntry}. */
export const DeploymentEntry: v.GenericSchema<DeploymentEntry> = entry;
