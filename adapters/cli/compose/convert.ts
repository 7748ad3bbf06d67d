/**
 * Converts a Compose file to a manifest and lists what could not be converted. Pure: the contents of the file and of
 * the files it refers to are inputs, and the result is plain values.
 */
import type { ReadEnvFile } from './environment.ts';
import { compact, recordOf, textOf, textsOf } from './fields.ts';
import { makeNames } from './names.ts';
import { dependenciesOf } from './options.ts';
import { reasonFor } from './reasons.ts';
import { deploymentOf } from './service.ts';
import { labelOf, rewriteVariables } from './texts.ts';
import type { Folders } from './volumes.ts';

/** Something that a manifest cannot express, or expresses differently. */
export interface Note {
  /** The service and its key, or a key of the file. */
  readonly where: string;
  readonly message: string;
}

/** The result of a conversion. */
export interface Converted {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
}

/** The inputs of a conversion. */
export interface ConvertOptions extends Folders {
  /** The project name that Compose uses when the file does not set one. */
  readonly project: string;
  readonly namespace?: string | undefined;
  /** The profiles whose services are converted, besides services without a profile. */
  readonly profiles: readonly string[];
  readonly readEnvFile: ReadEnvFile;
}

/** Converts a Compose file that was parsed into plain values. */
export function convertCompose(compose: unknown, options: ConvertOptions): Converted {
  const notes: Note[] = [];
  const say = (where: string, message: string): void => void notes.push({ where, message });
  const { file, needed } = rewritten(compose, say);
  const { services, volumes, networks, configs, secrets, name, version: _version, ...rest } = recordOf(file);
  const project = textOf(name) ?? options.project;
  const names = makeNames(project, volumes);
  const taken = takenOf(recordOf(services), options.profiles, say);
  const deployments = [...taken].flatMap(([service, value]) => {
    const label = names.label(service);
    const sayHere = (key: string, message: string) => say(`${service}.${key}`, message);
    const deployment = deploymentOf(service, value, {
      ...options,
      project,
      names,
      say: sayHere,
      completed: completedOf(taken),
      taken: new Set(taken.keys()),
    });
    return deployment ? [[label, deployment] as const] : [];
  });
  for (const service of taken.keys()) sayName(service, names.label(service), { deployments, say });
  sayPrivileges(deployments, say);
  sayVolumes(volumes, say);
  sayNetworks(networks, say);
  for (const key of Object.keys(rest).filter((one) => !one.startsWith('x-'))) {
    say(key, key === 'include' ? 'is not followed: import those files by themselves' : reasonFor(key));
  }
  if (needed.length > 0)
    say(
      'variables',
      `${needed.join(', ')} must be set when you apply, or come with --env-file (Compose reads .env)`,
    );
  const manifest = compact({
    namespace: options.namespace ?? labelOf(project),
    configs: contents(configs, { kind: 'configs', field: 'data' }, say),
    secrets: contents(secrets, { kind: 'secrets', field: 'value' }, say),
    deployments: Object.fromEntries(deployments),
  });
  return { manifest, notes };
}

/** Rewrites the variables in all texts of the file in Ring's forms. */
function rewritten(value: unknown, say: (where: string, message: string) => void) {
  const needed = new Set<string>();
  const visit = (one: unknown): unknown => {
    if (typeof one === 'string') {
      const { text, lost, needed: names } = rewriteVariables(one);
      for (const form of lost) say('variables', `${form} is a form that Ring does not have`);
      for (const name of names) needed.add(name);
      return text;
    }
    if (Array.isArray(one)) return one.map(visit);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, visit(inner)]));
  };
  return { file: visit(value), needed: [...needed] };
}

interface Naming {
  readonly deployments: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly say: (where: string, message: string) => void;
}

/** Reports a renamed service, with the variables and commands that still use its old name. */
function sayName(service: string, label: string, { deployments, say }: Naming): void {
  if (label === service) return;
  const word = new RegExp(`(?<![A-Za-z0-9_-])${service.replace(/[.]/g, '\\.')}(?![A-Za-z0-9_-])`);
  const callers = deployments.flatMap(([name, deployment]) =>
    Object.entries({ ...recordOf(deployment.environment), command: deployment.command })
      .filter(([, value]) => word.test(JSON.stringify(value ?? '')))
      .map(([key]) => `${key} of ${name}`),
  );
  const still = callers.length > 0 ? `; ${callers.join(', ')} still says ${service}` : '';
  say(`${service}.name`, `becomes ${label}: others have to call it that${still}`);
}

/** Returns the services that Compose would start; the others are reported. */
function takenOf(
  services: Readonly<Record<string, unknown>>,
  profiles: readonly string[],
  say: (where: string, message: string) => void,
): ReadonlyMap<string, unknown> {
  const taken = Object.entries(services).filter(([name, service]) => {
    const own = textsOf(recordOf(service).profiles);
    const isTaken = own.length === 0 || own.some((profile) => profiles.includes(profile));
    if (!isTaken)
      say(name, `is left out, being of the profile ${own.join(', ')}: --profile ${own[0]} takes it`);
    return isTaken;
  });
  return new Map(taken);
}

const completedOf = (services: ReadonlyMap<string, unknown>): ReadonlySet<string> =>
  new Set(
    [...services.values()].flatMap((service) =>
      dependenciesOf(recordOf(service).depends_on)
        .filter(([, condition]) => condition === 'service_completed_successfully')
        .map(([name]) => name),
    ),
  );

/** Reports that Ring's default is stricter than Compose's, which affects programs that gain privileges by setuid. */
function sayPrivileges(
  deployments: readonly (readonly [string, Readonly<Record<string, unknown>>])[],
  say: (where: string, message: string) => void,
): void {
  const isSaid = (one: Readonly<Record<string, unknown>>) =>
    textsOf(one.security_opt).some((option) => option.startsWith('no-new-privileges:'));
  const strict = deployments
    .filter(([, one]) => one.privileged !== true && !isSaid(one))
    .map(([name]) => name);
  if (strict.length === 0) return;
  const way = 'security_opt: ["no-new-privileges:false"] allows it';
  say(
    'security_opt',
    `${strict.join(', ')}: Ring lets no program gain rights by setuid, as sudo does; ${way}`,
  );
}

function sayVolumes(volumes: unknown, say: (where: string, message: string) => void): void {
  for (const [name, terms] of Object.entries(recordOf(volumes))) {
    const { driver, driver_opts: options } = recordOf(terms);
    const isOwn = (driver === undefined || driver === 'local') && Object.keys(recordOf(options)).length === 0;
    if (!isOwn) say(`volumes.${name}`, 'has a driver or options: make it first with `ring volume create`');
  }
}

function sayNetworks(networks: unknown, say: (where: string, message: string) => void): void {
  const named = Object.entries(recordOf(networks)).filter(([name]) => name !== 'default');
  const outside = named.filter(([, terms]) => recordOf(terms).external).map(([name]) => name);
  if (named.length > 1) {
    const list = named.map(([name]) => name).join(', ');
    say('networks', `${list}: a namespace has one network, so all of its services reach each other`);
  }
  for (const [name, terms] of Object.entries(recordOf(networks))) sayNetwork(name, recordOf(terms), say);
  if (outside.length > 0)
    say(
      'networks',
      `${outside.join(', ')}: a network from outside is not joined; put what shares it in one namespace`,
    );
}

const networkReasons: Readonly<Record<string, string>> = {
  internal: 'is left out: containers in Ring reach the outside, block it with a firewall where that matters',
  ipam: 'is left out: subnets and addresses are chosen by Ring from RING_NETWORK_POOL',
};
const usualDrivers = [undefined, 'bridge', 'default'];

/** Reports the settings of a network that a namespace's network does not have. */
function sayNetwork(
  name: string,
  { external, name: _name, internal, driver, ...rest }: Readonly<Record<string, unknown>>,
  say: (where: string, message: string) => void,
): void {
  if (external) return;
  const at = `networks.${name}`;
  if (internal) say(at, `internal ${networkReasons.internal}`);
  if (!usualDrivers.includes(textOf(driver)))
    say(at, `driver ${textOf(driver)} is left out: the network of a namespace is a bridge on one machine`);
  for (const key of Object.keys(rest).filter((one) => !one.startsWith('x-'))) {
    say(at, `${key} ${networkReasons[key] ?? 'is left out: it has no counterpart'}`);
  }
}

function contents(
  entries: unknown,
  { kind, field }: { readonly kind: string; readonly field: string },
  say: (where: string, message: string) => void,
): Readonly<Record<string, unknown>> {
  const found = Object.entries(recordOf(entries)).flatMap(([name, terms]): [string, unknown][] => {
    const { file, content, environment, external, name: other } = recordOf(terms);
    const at = `${kind}.${name}`;
    const label = labelOf(name);
    if (external) {
      const command = `\`ring ${kind.slice(0, -1)} set ${label}\``;
      say(at, `comes from outside${other ? ` (${textOf(other)})` : ''}: make it first with ${command}`);
      return [];
    }
    if (textOf(file) !== undefined) return [[label, { file: textOf(file) }]];
    const value = textOf(content) ?? (environment ? `\${${textOf(environment)}}` : undefined);
    if (value !== undefined) return [[label, { [field]: value }]];
    say(at, 'has neither a file nor content');
    return [];
  });
  return Object.fromEntries(found);
}
