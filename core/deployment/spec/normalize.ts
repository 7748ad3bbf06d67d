/**
 * Converts a draft to its normal form and back, and reports all violations at once, including every rule that spans
 * fields. draft.ts checks shapes and lengths of single fields.
 */

import { declaredOptions } from '../../container/options.ts';
import { containerDraft, parseContainer } from '../../container/parse.ts';
import { invalidRequest, type Say, type Violation } from '../../errors.ts';
import { healthCheckDraft, parseHealthCheck } from '../../health/draft.ts';
import { defaultNamespace } from '../../name.ts';
import { parseTerms, termsDraft } from '../../run/terms.ts';
import { dependenciesDraft, parseDependencies } from './dependency.ts';
import type { DeploymentDraft } from './draft.ts';
import { parsePort, portDraft } from './port.ts';
import { formatDuration, parseCpu, parseDuration, parseMemory } from './quantity.ts';
import { checkAcross } from './rules.ts';
import type { Amounts, Confidential, Declaration, DeploymentSpec } from './spec.ts';
import { parseUpdate, updateDraft } from './update.ts';
import { parseVolume, volumeDraft } from './volume.ts';

const defaultGraceMs = 10_000;
const longestGraceMs = 3_600_000;

/** Returns the declaration of a draft; INVALID_REQUEST with every violation when the draft is invalid. */
export function normalize(draft: DeploymentDraft): Declaration {
  const violations: Violation[] = [];
  const say: Say = (pointer, message) => {
    violations.push({ pointer, message });
  };
  const declaration: Declaration = {
    name: draft.name,
    namespace: draft.namespace ?? defaultNamespace,
    runtime: draft.runtime ?? 'docker',
    replicas: draft.replicas ?? draft.completions ?? 1,
    spec: { ...processOf(draft), ...surroundings(draft, say) },
    confidential: {
      environment: sorted(draft.secrets ?? draft.environment ?? {}),
      credentials: credentialsOf(draft),
    },
    ...(draft.environment === undefined ? {} : { environmentName: 'environment' }),
  };
  checkAcross(draft, declaration, say);
  if (violations.length > 0) throw invalidRequest(violations);
  return declaration;
}

/** Sorted, so that equal credentials have equal texts. */
function credentialsOf({ registry_credentials: given }: DeploymentDraft): Confidential['credentials'] {
  if (given === undefined) return null;
  const { username, password, server } = given;
  return server === undefined ? { username, password } : { username, password, server };
}

/** The fields that define the process and how it ends. */
function processOf(draft: DeploymentDraft) {
  const kind = draft.kind ?? 'worker';
  return {
    image: draft.image,
    kind,
    command: draft.command ?? null,
    entrypoint: draft.entrypoint ?? null,
    user: draft.user ?? null,
    workdir: draft.workdir ?? null,
    restartPolicy: draft.restart_policy ?? (kind === 'job' ? 'never' : 'always'),
    stopSignal: draft.stop_signal ?? null,
    pullPolicy: draft.image_pull_policy ?? 'IfNotPresent',
  } as const;
}

/** The fields around the process, with short forms expanded. */
const surroundings = (draft: DeploymentDraft, say: Say) => ({
  labels: sorted(draft.labels ?? {}),
  volumes: gather(draft.volumes, parseVolume, { at: '/volumes', say }),
  ports: gather(draft.ports, parsePort, { at: '/ports', say }),
  limits: amounts(draft.resources?.limits, '/resources/limits', say),
  requests: amounts(draft.resources?.requests, '/resources/requests', say),
  stopGraceMs: grace(draft.stop_grace, say),
  healthChecks: (draft.health_checks ?? []).map((check, index) =>
    parseHealthCheck(check, (pointer, message) => say(`/health_checks/${index}${pointer}`, message)),
  ),
  update: parseUpdate(draft.update, say),
  dependsOn: parseDependencies(draft.depends_on),
  // A job is not rolled out: its next run reads the newest version.
  onSecretChange: draft.on_secret_change ?? (draft.kind === 'job' ? 'none' : 'rollout'),
  onConfigChange: draft.on_config_change ?? (draft.kind === 'job' ? 'none' : 'rollout'),
  container: parseContainer(draft, say),
  job: draft.kind === 'job' ? parseTerms(draft, say) : null,
});

/** Returns a draft that makes this declaration; PATCH merges into it. */
export function draftOf({
  name,
  namespace,
  runtime,
  replicas,
  spec,
  confidential,
}: Declaration): DeploymentDraft {
  return {
    name,
    namespace,
    runtime,
    replicas,
    kind: spec.kind,
    image: spec.image,
    labels: { ...spec.labels },
    secrets: { ...confidential.environment },
    volumes: spec.volumes.map(volumeDraft),
    ports: spec.ports.map(portDraft),
    command: spec.command === null ? undefined : [...spec.command],
    entrypoint: spec.entrypoint === null ? undefined : [...spec.entrypoint],
    user: spec.user ?? undefined,
    workdir: spec.workdir ?? undefined,
    resources: { limits: amountsDraft(spec.limits), requests: amountsDraft(spec.requests) },
    restart_policy: spec.restartPolicy,
    stop_signal: spec.stopSignal ?? undefined,
    stop_grace: formatDuration(spec.stopGraceMs),
    image_pull_policy: spec.pullPolicy,
    health_checks: spec.kind === 'job' ? undefined : spec.healthChecks.map(healthCheckDraft),
    update: spec.kind === 'job' ? undefined : updateDraft(spec.update),
    depends_on: dependenciesDraft(spec.dependsOn),
    on_secret_change: spec.onSecretChange,
    on_config_change: spec.onConfigChange,
    ...containerDraft(spec.container),
    ...(spec.job === null ? {} : termsDraft(spec.job)),
    registry_credentials: confidential.credentials ?? undefined,
  };
}

/**
 * Returns the text that decides whether two specs run the same. It excludes how an image is pulled, checked and rolled
 * out, and when it runs. Its fields have a fixed order, since stored specs may have another.
 */
export function specText(spec: DeploymentSpec, confidential: Confidential): string {
  const {
    pullPolicy: _pull,
    healthChecks: _checks,
    update: _update,
    dependsOn: _waits,
    onSecretChange: _onSecret,
    onConfigChange: _onConfig,
    job: _job,
    container,
    ...runs
  } = spec;
  // Defaults are left out, so that the texts of specs stored before an option existed do not change.
  const options = declaredOptions(container);
  const text = { ...runs, ...(options.length > 0 ? { container: options } : {}) };
  return JSON.stringify([sorted(text), confidential.environment]);
}

/** Returns the text of the fields of a revision that do not affect what runs. */
export const termsText = ({
  pullPolicy,
  healthChecks,
  update,
  dependsOn,
  onSecretChange,
  onConfigChange,
  job,
}: DeploymentSpec): string =>
  JSON.stringify([pullPolicy, healthChecks, update, dependsOn, onSecretChange, onConfigChange, job]);

/** Parses each item; reports and skips the faulty ones. */
function gather<Draft, Item extends object>(
  drafts: readonly Draft[] | undefined,
  parse: (draft: Draft) => Item | Fault,
  { at, say }: { readonly at: string; readonly say: Say },
): Item[] {
  return (drafts ?? []).flatMap((draft, index) => {
    const parsed = parse(draft);
    if (!isFault(parsed)) return [parsed];
    say(`${at}/${index}${parsed.field}`, parsed.message);
    return [];
  });
}

interface Fault {
  readonly field: string;
  readonly message: string;
}

const isFault = (parsed: object): parsed is Fault => 'field' in parsed && 'message' in parsed;

interface AmountsDraft {
  readonly cpu?: number | string | undefined;
  readonly memory?: number | string | undefined;
}

function amounts(draft: AmountsDraft | undefined, at: string, say: Say): Amounts {
  const nanoCpus = draft?.cpu === undefined ? null : parseCpu(draft.cpu);
  const memoryBytes = draft?.memory === undefined ? null : parseMemory(draft.memory);
  if (draft?.cpu !== undefined && nanoCpus === null) {
    say(`${at}/cpu`, 'must be cores such as 0.5 or "500m", from 0.01 to 4096');
  }
  if (draft?.memory !== undefined && memoryBytes === null) {
    say(`${at}/memory`, 'must be bytes such as "64m", "512Mi" or 134217728, at least 6 MiB');
  }
  return { nanoCpus, memoryBytes };
}

const amountsDraft = ({ nanoCpus, memoryBytes }: Amounts) => ({
  cpu: nanoCpus === null ? undefined : nanoCpus / 1e9,
  memory: memoryBytes ?? undefined,
});

function grace(draft: number | string | undefined, say: Say): number {
  if (draft === undefined) return defaultGraceMs;
  const ms = parseDuration(draft);
  if (ms !== null && ms <= longestGraceMs) return ms;
  say('/stop_grace', 'must be a duration up to 1h such as "10s", or a number of seconds');
  return defaultGraceMs;
}

const sorted = <Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
