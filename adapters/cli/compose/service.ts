/**
 * Converts one service of a Compose file to a deployment. Fields that Ring does not support are reported; fields
 * without an effect in Ring (`expose`, a separate network) are dropped silently.
 */
import { amountsOf } from './amounts.ts';
import { environmentOf, type ReadEnvFile } from './environment.ts';
import { compact, type Fields, listOf, makeFields, recordOf, type Say, textOf, textsOf } from './fields.ts';
import { healthOf } from './health.ts';
import { dependenciesOf, optionsOf, retriesOf } from './options.ts';
import { portsOf } from './ports.ts';
import { reasonFor } from './reasons.ts';
import { filesOf, type MountContext, memoryOf, mountsOf } from './volumes.ts';

/** The context in which services are converted. */
export interface ServiceContext extends MountContext {
  readonly project: string;
  readonly readEnvFile: ReadEnvFile;
  /** The services whose completion other services wait for. */
  readonly completed: ReadonlySet<string>;
  /** The services that are converted. */
  readonly taken: ReadonlySet<string>;
}

/** Returns the deployment; null when the service cannot be one. */
export function deploymentOf(
  name: string,
  value: unknown,
  context: ServiceContext,
): Readonly<Record<string, unknown>> | null {
  const { say } = context;
  const service = makeFields(value);
  const image = imageOf(name, service, context);
  if (image === null) return null;
  const amounts = amountsOf(service, say);
  const isJob = context.completed.has(name) || amounts.isJob;
  const { volumes, tmpfs } = mountsOf(listOf(service.take('volumes')), context);
  const deployment = {
    kind: isJob ? 'job' : undefined,
    image,
    ...amounts.fields,
    ...optionsOf(service, say),
    environment: environmentOf(
      { environment: service.take('environment'), files: service.take('env_file') },
      context.readEnvFile,
      say,
    ),
    volumes: [
      ...volumes,
      ...filesOf(listOf(service.take('configs')), 'config', context),
      ...filesOf(listOf(service.take('secrets')), 'secret', context),
    ],
    tmpfs: [...memoryOf(service.take('tmpfs'), say), ...tmpfs],
    ...networkOf(name, service, say),
    ...restartOf({ given: service.take('restart'), condition: amounts.restart, isJob }, say),
    ...checksOf(service.take('healthcheck'), isJob, say),
    depends_on: waitsFor(service.take('depends_on'), context),
  };
  for (const key of service.rest()) say(key, reasonFor(key));
  return compact(withoutClashes(deployment, isJob, say));
}

function imageOf(name: string, service: Fields, { project, say }: ServiceContext): string | null {
  const image = textOf(service.take('image'));
  const build = service.take('build');
  service.take('profiles');
  service.take('expose');
  const container = textOf(service.take('container_name'));
  if (container !== undefined && container !== name)
    say('container_name', `${container}: names of containers are Ring's; others reach it as ${name}`);
  if (build === undefined && image === undefined) {
    say('image', 'is missing, so the service is left out');
    return null;
  }
  const made = image ?? `${project}-${name}`;
  if (build !== undefined) say('build', `Ring builds nothing: build ${made} yourself before you apply`);
  return made;
}

function networkOf(name: string, service: Fields, say: Say): Readonly<Record<string, unknown>> {
  const mode = textOf(service.take('network_mode'));
  const networks = service.take('networks');
  for (const [network, terms] of Array.isArray(networks) ? [] : Object.entries(recordOf(networks))) {
    const { aliases, ...rest } = recordOf(terms);
    const strange = textsOf(aliases).filter((alias) => alias !== name);
    if (strange.length > 0)
      say('networks', `${network}: the aliases ${strange.join(', ')}: others reach it by its name only`);
    for (const key of Object.keys(rest))
      say('networks', `${network}: ${key} is left out: addresses are Ring's`);
  }
  const links = textsOf(service.take('links')).filter((link) => link.includes(':') && !isSelf(link));
  if (links.length > 0) say('links', `${links.join(', ')}: others are reached by their own names only`);
  const ports = listOf(service.take('ports'));
  if (mode === 'host') {
    if (ports.length > 0) say('ports', 'are left out: on the network of the host nothing is published');
    return { network_mode: 'host' };
  }
  if (mode !== undefined && mode !== 'bridge' && mode !== 'default')
    say('network_mode', `${mode}: Ring has the network of the namespace and that of the host`);
  return { ports: portsOf(ports, say) };
}

const isSelf = (link: string): boolean => {
  const [service, alias] = link.split(':');
  return service === alias;
};

interface Restart {
  readonly given: unknown;
  readonly condition: string | undefined;
  readonly isJob: boolean;
}

function restartOf({ given, condition, isJob }: Restart, say: Say): Readonly<Record<string, unknown>> {
  const restart = textOf(given) ?? condition;
  if (isJob) return { retries: retriesOf(restart) };
  if (restart?.startsWith('on-failure')) {
    if (restart.includes(':')) say('restart', `${restart}: a worker is brought back as often as it takes`);
    return { restart_policy: 'on-failure' };
  }
  if (restart !== 'no' && restart !== 'none' && restart !== 'false') return {};
  say('restart', 'no: if it is to run to its end once, make it a job with "kind: job"');
  return { restart_policy: 'never' };
}

function checksOf(value: unknown, isJob: boolean, say: Say): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (isJob) say('healthcheck', 'is left out: how a job ended says how it did');
  const check = isJob ? undefined : healthOf(value, say);
  return check === undefined ? {} : { health_checks: [check] };
}

const conditions: Readonly<Record<string, string | undefined>> = {
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

const waitsFor = (value: unknown, { names, say, taken }: ServiceContext): readonly unknown[] =>
  dependenciesOf(value).flatMap(([name, condition, rest]) => {
    if (!taken.has(name)) {
      say('depends_on', `${name} is not taken over, so it is not waited for`);
      return [];
    }
    for (const key of rest.filter((one) => one !== 'required'))
      say('depends_on', `${name}: ${key} is left out`);
    return [compact({ name: names.label(name), condition: conditions[condition] })];
  });

/** Resolves combinations of fields that Compose allows and Ring does not. */
function withoutClashes(
  deployment: Readonly<Record<string, unknown>>,
  isJob: boolean,
  say: Say,
): Readonly<Record<string, unknown>> {
  const { update, replicas, ...rest } = deployment;
  const hasPorts = listOf(deployment.ports).length > 0;
  const isMany = hasPorts && typeof replicas === 'number' && replicas > 1;
  if (isMany) say('ports', `only one replica can hold a port of the host: replicas ${replicas} is made 1`);
  const { order, ...terms } = recordOf(update);
  const clashes = hasPorts && order === 'start-first';
  if (clashes)
    say('deploy.update_config.order', 'start-first: with a port of the host the old one must stop first');
  const { sysctls, ...others } = rest;
  const isHost = deployment.network_mode === 'host';
  const own = Object.entries(recordOf(sysctls)).filter(([name]) => !isHost || !name.startsWith('net.'));
  if (own.length < Object.keys(recordOf(sysctls)).length)
    say('sysctls', 'net.* is left out: on the network of the host it would be the host’s own');
  if (isJob && update !== undefined) say('deploy.update_config', 'is left out: a job is not rolled out');
  return {
    ...others,
    sysctls: Object.fromEntries(own),
    replicas: isMany ? 1 : replicas,
    update: isJob ? undefined : clashes ? terms : update,
  };
}
