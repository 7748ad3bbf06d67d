/** Converts the fields of a service that have the same meaning in Ring, under the same or another name. */
import {
  compact,
  type Fields,
  listOf,
  numberOf,
  pairsOf,
  recordOf,
  type Say,
  textOf,
  textsOf,
} from './fields.ts';
import { durationMs, durationText, splitWords } from './texts.ts';

/** Converts every such field of the service. */
export function optionsOf(service: Fields, say: Say): Readonly<Record<string, unknown>> {
  const text = (key: string) => textOf(service.take(key));
  const texts = (key: string) => textsOf(service.take(key));
  const truth = (key: string) => service.take(key);
  const grace = service.take('stop_grace_period');
  const graceMs = durationMs(grace);
  if (grace !== undefined && graceMs === null) say('stop_grace_period', 'is left out: it is no duration yet');
  return compact({
    command: wordsOf(service.take('command'), 'command', say),
    entrypoint: wordsOf(service.take('entrypoint'), 'entrypoint', say),
    user: text('user'),
    workdir: text('working_dir'),
    hostname: text('hostname'),
    labels: Object.fromEntries(pairsOf(service.take('labels')).map(([name, value]) => [name, value ?? ''])),
    stop_signal: text('stop_signal'),
    stop_grace: graceMs === null ? undefined : durationText(graceMs),
    privileged: truth('privileged'),
    read_only: truth('read_only'),
    init: truth('init'),
    cap_add: texts('cap_add'),
    cap_drop: texts('cap_drop'),
    devices: devicesOf(service.take('devices'), say),
    dns: texts('dns'),
    dns_search: texts('dns_search'),
    dns_opt: texts('dns_opt'),
    extra_hosts: hostsOf(service.take('extra_hosts')),
    sysctls: Object.fromEntries(pairsOf(service.take('sysctls')).map(([name, value]) => [name, value ?? ''])),
    ulimits: recordOf(service.take('ulimits')),
    shm_size: service.take('shm_size'),
    security_opt: securityOf(service.take('security_opt'), say),
    logging: loggingOf(service.take('logging')),
    image_pull_policy: pullOf(text('pull_policy'), say),
  });
}

function wordsOf(value: unknown, key: string, say: Say): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const words = typeof value === 'string' ? splitWords(value) : textsOf(value);
  if (words === null) say(key, 'has a quote that is not closed');
  if (words?.length === 0) say(key, `cannot be emptied: what the image says stays`);
  return words ?? undefined;
}

/** Converts devices, also in the form `source:target:permissions`. */
const devicesOf = (value: unknown, say: Say): readonly string[] =>
  listOf(value).flatMap((device) => {
    const short = textOf(device);
    if (short !== undefined) return [short];
    const { source, target = source, permissions, ...rest } = recordOf(device);
    if (textOf(source) === undefined || textOf(target) === undefined) {
      say('devices', `${JSON.stringify(device)} is left out: it names no source`);
      return [];
    }
    for (const key of Object.keys(rest)) say('devices', `${textOf(source)}: ${key} is left out`);
    return [[source, target, ...(permissions === undefined ? [] : [permissions])].map(textOf).join(':')];
  });

const hostsOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? textsOf(value)
    : Object.entries(recordOf(value)).flatMap(([name, to]) => textsOf(to).map((one) => `${name}:${one}`));

const securityOf = (value: unknown, say: Say): readonly string[] =>
  textsOf(value).flatMap((text) => {
    const option = text
      .replace(/^(seccomp|apparmor|label):/, '$1=')
      .replace(/^no-new-privileges=/, 'no-new-privileges:');
    if (option === 'no-new-privileges') return ['no-new-privileges:true'];
    const isProfile = option.startsWith('seccomp=') && option !== 'seccomp=unconfined';
    if (!isProfile) return [option];
    say('security_opt', 'a seccomp profile is taken as its JSON text: put it after "seccomp="');
    return [];
  });

function loggingOf(value: unknown): Readonly<Record<string, unknown>> {
  const { driver, options } = recordOf(value);
  const named = Object.entries(recordOf(options)).flatMap(([key, one]) => {
    const text = textOf(one);
    return text === undefined ? [] : [[key, text] as const];
  });
  return compact({ driver: textOf(driver), options: Object.fromEntries(named) });
}

const policies: Readonly<Record<string, string>> = {
  always: 'Always',
  never: 'Never',
  missing: 'IfNotPresent',
  if_not_present: 'IfNotPresent',
};

function pullOf(policy: string | undefined, say: Say): string | undefined {
  if (policy === undefined) return undefined;
  const known = policies[policy];
  if (known === undefined)
    say('pull_policy', `${policy} is left out: Ring has Always, IfNotPresent and Never`);
  return known === 'IfNotPresent' ? undefined : known;
}

/** Returns how often a part of a job is retried, from `restart: on-failure:3`. */
export const retriesOf = (restart: string | undefined): number | string | undefined =>
  restart?.startsWith('on-failure:') ? numberOf(restart.slice('on-failure:'.length)) : undefined;

/** Returns the services that a service depends on, with Compose's names. */
export const dependenciesOf = (value: unknown): readonly (readonly [string, string, readonly string[]])[] =>
  Array.isArray(value)
    ? listOf(value).flatMap((one) => (typeof one === 'string' ? [[one, 'service_started', []] as const] : []))
    : Object.entries(recordOf(value)).map(([name, terms]) => {
        const { condition, ...rest } = recordOf(terms);
        return [name, textOf(condition) ?? 'service_started', Object.keys(rest)] as const;
      });
