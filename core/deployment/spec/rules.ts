/** The rules of a declaration that span fields. Each violation names the field and the correction. */

import { checkContainer } from '../../container/rules.ts';
import type { Say } from '../../errors.ts';
import { below } from '../../pointer.ts';
import { termsFields } from '../../run/terms.ts';
import { checkDependencies } from './dependency.ts';
import type { DeploymentDraft } from './draft.ts';
import { parsePort, portsClash } from './port.ts';
import type { Declaration } from './spec.ts';
import { parseVolume } from './volume.ts';

/** Reports every broken rule. */
export function checkAcross(draft: DeploymentDraft, declaration: Declaration, say: Say): void {
  checkEnvironment(draft, say);
  checkKind(draft, declaration, say);
  checkVolumes(draft, say);
  checkPorts(draft, declaration.replicas, say);
  checkUpdate(draft, declaration, say);
  checkDependencies(declaration.name, declaration.spec.dependsOn, say);
  checkContainer(draft, declaration.spec, say);
  checkAmounts(declaration, say);
  checkText(draft, say);
}

function checkEnvironment(draft: DeploymentDraft, say: Say): void {
  if (draft.secrets !== undefined && draft.environment !== undefined) {
    say('/environment', 'is another name for "secrets": give only one of the two');
  }
  const at = draft.secrets === undefined ? '/environment' : '/secrets';
  for (const [key, value] of Object.entries(draft.secrets ?? draft.environment ?? {})) {
    if (/[=\0]/.test(key)) say(below(at, key), 'the name of a variable must not contain "=" or NUL');
    if (typeof value === 'string' && value.includes('\0'))
      say(below(at, key), 'the value of a variable must not contain NUL');
  }
}

function checkKind(draft: DeploymentDraft, { replicas, spec }: Declaration, say: Say): void {
  if (spec.kind !== 'job') {
    for (const field of termsFields) {
      if (draft[field] !== undefined) say(`/${field}`, 'is for jobs: leave it out, or set "kind": "job"');
    }
    return;
  }
  if (draft.completions !== undefined && draft.completions !== replicas)
    say('/completions', 'is another name for "replicas" of a job: give only one of the two');
  for (const field of ['on_secret_change', 'on_config_change'] as const) {
    if (draft[field] === 'rollout')
      say(`/${field}`, 'a job is not rolled out: its next run reads the newest version');
  }
  if (spec.healthChecks.length > 0)
    say('/health_checks', 'a job has no health checks: its exit code says whether it succeeded');
  if (replicas === 0) say('/replicas', 'a job runs at least once: replicas must be 1 or more');
  if (spec.restartPolicy !== 'never')
    say('/restart_policy', 'a job is not restarted by the engine: only "never" is possible');
}

/** Checks the draft's own list: in the normal form the faulty items are missing and the others have other positions. */
function checkVolumes({ volumes = [] }: DeploymentDraft, say: Say): void {
  const places = volumes.map((draft) => {
    const volume = parseVolume(draft);
    return 'field' in volume ? null : volume.destination;
  });
  places.forEach((place, index) => {
    const first = places.indexOf(place);
    if (place !== null && first < index)
      say(`/volumes/${index}`, `mounts ${place}, as /volumes/${first} does`);
  });
}

function checkPorts({ ports = [] }: DeploymentDraft, replicas: number, say: Say): void {
  const parsed = ports.map(parsePort);
  parsed.forEach((port, index) => {
    if ('field' in port) return;
    const first = parsed.findIndex((other) => !('field' in other) && portsClash(other, port));
    if (first < index)
      say(`/ports/${index}`, `publishes ${port.published}/${port.protocol}, as /ports/${first} does`);
    if (replicas > 1) {
      say(
        `/ports/${index}`,
        `only one replica can hold host port ${port.published}: set replicas to 1 or publish no port`,
      );
    }
  });
}

function checkUpdate({ update }: DeploymentDraft, { spec }: Declaration, say: Say): void {
  if (update === undefined) return;
  if (spec.kind === 'job') say('/update', 'a job runs once and is not rolled out: leave it out');
  if (update.order === 'start-first' && spec.ports.length > 0) {
    const why = 'a host port can be held by one instance only, so the old one must stop first';
    say('/update/order', `${why}: leave it out or set it to stop-first`);
  }
}

/** The engine rejects reservations above the limit, but only when the container is created. */
function checkAmounts({ spec: { limits, requests } }: Declaration, say: Say): void {
  const message = 'is more than the limit: lower it or raise resources.limits';
  if (exceeds(requests.nanoCpus, limits.nanoCpus)) say('/resources/requests/cpu', message);
  if (exceeds(requests.memoryBytes, limits.memoryBytes)) say('/resources/requests/memory', message);
}

const exceeds = (request: number | null, limit: number | null): boolean =>
  request !== null && limit !== null && request > limit;

function checkText(draft: DeploymentDraft, say: Say): void {
  for (const field of ['command', 'entrypoint'] as const) {
    if (draft[field]?.some((part) => part.includes('\0'))) say(`/${field}`, 'must not contain NUL');
  }
  if (draft.user?.includes('\0')) say('/user', 'must not contain NUL');
  if (draft.workdir !== undefined && (!draft.workdir.startsWith('/') || draft.workdir.includes('\0')))
    say('/workdir', 'must be an absolute path');
}
