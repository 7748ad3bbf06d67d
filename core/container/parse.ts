/**
 * Converts the container options of a draft to their normal form and back, and reports every fault of a single field.
 * rules.ts checks rules across fields; policy.ts checks what a role may use.
 */

import { parseBytes } from '../deployment/spec/quantity.ts';
import type { Say } from '../errors.ts';
import { below } from '../pointer.ts';
import { parseCapability } from './capability.ts';
import type { ContainerDraft } from './draft.ts';
import {
  type Fault,
  isAddress,
  isFault,
  modeText,
  parseDevice,
  parseGpus,
  parseHost,
  parseMemoryMount,
  parseUlimit,
} from './items.ts';
import { type ContainerOptions, type Dns, defaultContainer, type Gpus, type Logging } from './options.ts';
import { parseSecurity, securityDraft } from './security.ts';

/** Returns the normal form of a draft's container options, with the defaults for those it does not name. */
export function parseContainer(draft: ContainerDraft, say: Say): ContainerOptions {
  const { networkMode, readOnly, init, privileged } = defaultContainer;
  return {
    networkMode: draft.network_mode ?? networkMode,
    readOnly: draft.read_only ?? readOnly,
    init: draft.init ?? init,
    privileged: draft.privileged ?? privileged,
    capAdd: capabilities(draft.cap_add, '/cap_add', say),
    capDrop: capabilities(draft.cap_drop, '/cap_drop', say),
    devices: gather(draft.devices, parseDevice, { at: '/devices', say }),
    tmpfs: gather(draft.tmpfs, parseMemoryMount, { at: '/tmpfs', say }),
    shmBytes: shmOf(draft.shm_size, say),
    ulimits: sorted(draft.ulimits ?? {}).flatMap(([name, bounds]) =>
      noted(parseUlimit(name, bounds), { at: below('/ulimits', name), say }),
    ),
    dns: dnsOf(draft, say),
    extraHosts: hostsOf(draft.extra_hosts, say),
    sysctls: sysctlsOf(draft.sysctls ?? {}, say),
    gpus: draft.gpus === undefined ? null : (noted(parseGpus(draft.gpus), { at: '/gpus', say })[0] ?? null),
    logging: loggingOf(draft.logging),
    pidsLimit: pidsOf(draft.pids_limit, say),
    hostname: hostnameOf(draft.hostname, say),
    ...parseSecurity(draft.security_opt ?? [], say),
  };
}

/** Returns the draft fields that parse to these options; defaults are left out. */
export function containerDraft(container: ContainerOptions): ContainerDraft {
  const { networkMode, dns, shmBytes, pidsLimit } = container;
  return {
    network_mode: networkMode === 'host' ? networkMode : undefined,
    read_only: container.readOnly || undefined,
    init: container.init || undefined,
    privileged: container.privileged || undefined,
    cap_add: unlessEmpty(container.capAdd),
    cap_drop: unlessEmpty(container.capDrop),
    devices: unlessEmpty(container.devices.map((device) => ({ ...device }))),
    tmpfs: unlessEmpty(container.tmpfs.map(memoryMountDraft)),
    shm_size: shmBytes ?? undefined,
    ulimits: ulimitsDraft(container),
    dns: unlessEmpty(dns.servers),
    dns_search: unlessEmpty(dns.search),
    dns_opt: unlessEmpty(dns.options),
    extra_hosts: unlessEmpty(container.extraHosts),
    sysctls: Object.keys(container.sysctls).length > 0 ? { ...container.sysctls } : undefined,
    gpus: container.gpus === null ? undefined : gpusDraft(container.gpus),
    logging: container.logging === null ? undefined : loggingDraft(container.logging),
    pids_limit: pidsLimit === defaultContainer.pidsLimit ? undefined : pidsLimit,
    hostname: container.hostname ?? undefined,
    security_opt: unlessEmpty(securityDraft(container).filter((one) => one !== 'no-new-privileges:true')),
  };
}

const unlessEmpty = <Item>(items: readonly Item[]): Item[] | undefined =>
  items.length > 0 ? [...items] : undefined;

const memoryMountDraft = ({ destination, sizeBytes, mode }: ContainerOptions['tmpfs'][number]) => ({
  destination,
  size: sizeBytes ?? undefined,
  mode: mode === null ? undefined : modeText(mode),
});

const ulimitsDraft = ({ ulimits }: ContainerOptions): ContainerDraft['ulimits'] =>
  ulimits.length > 0
    ? Object.fromEntries(ulimits.map(({ name, soft, hard }) => [name, { soft, hard }]))
    : undefined;

const gpusDraft = ({ count, deviceIds, driver, capabilities }: Gpus): ContainerDraft['gpus'] => ({
  count: count === null ? undefined : count === -1 ? 'all' : count,
  device_ids: unlessEmpty(deviceIds),
  driver: driver ?? undefined,
  capabilities: [...capabilities],
});

const loggingDraft = ({ driver, options }: Logging): ContainerDraft['logging'] => ({
  driver: driver ?? undefined,
  options: { ...options },
});

function capabilities(given: readonly string[] | undefined, at: string, say: Say): readonly string[] {
  const names = (given ?? []).flatMap((text, index) => {
    const parsed = parseCapability(text);
    if ('name' in parsed) return [parsed.name];
    say(`${at}/${index}`, parsed.fault);
    return [];
  });
  return [...new Set(names)].sort();
}

function shmOf(given: number | string | undefined, say: Say): number | null {
  if (given === undefined) return null;
  const bytes = parseBytes(given, 1);
  if (bytes === null) say('/shm_size', 'must be bytes such as "64m", "1g" or 67108864');
  return bytes;
}

function dnsOf(draft: ContainerDraft, say: Say): Dns {
  const { dns = [], dns_search: search = [], dns_opt: options = [] } = draft;
  dns.forEach((server, index) => {
    if (!isAddress(server)) say(`/dns/${index}`, 'must be the IPv4 or IPv6 address of a name server');
  });
  const words = { dns_search: search, dns_opt: options };
  for (const [field, list] of Object.entries(words)) {
    list.forEach((word, index) => {
      if (/[\s\0]/.test(word)) say(`/${field}/${index}`, 'must be one word');
    });
  }
  return { servers: dns.map((server) => server.toLowerCase()), search: [...search], options: [...options] };
}

function hostsOf(given: ContainerDraft['extra_hosts'], say: Say): readonly string[] {
  const isList = Array.isArray(given);
  const hosts = Object.entries(given ?? {}).flatMap(([key, text]) =>
    noted(parseHost(isList ? text : `${key}:${text}`), { at: below('/extra_hosts', key), say }),
  );
  return [...new Set(hosts.map(({ host }) => host))];
}

/** The sysctls that a container may set for itself; all others belong to the host. */
const ownSysctl =
  /^(net\.[a-zA-Z0-9_./-]+|fs\.mqueue\.[a-z_]+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;

function sysctlsOf(
  given: NonNullable<ContainerDraft['sysctls']>,
  say: Say,
): Readonly<Record<string, string>> {
  const entries = sorted(given).map(([name, value]): [string, string] => [name, String(value)]);
  for (const [name, value] of entries) {
    const at = below('/sysctls', name);
    if (!ownSysctl.test(name)) {
      say(
        at,
        "is not a container's own: net.*, fs.mqueue.* and kernel.msg*, .sem, .shm* are; set others on the host",
      );
    }
    if (!/^[^\0\n]+$/.test(value)) say(at, 'must be one line that is not empty');
  }
  return Object.fromEntries(entries);
}

const loggingOf = (given: ContainerDraft['logging']): Logging | null => {
  const options = Object.fromEntries(sorted(given?.options ?? {}));
  const isEmpty = given?.driver === undefined && Object.keys(options).length === 0;
  return isEmpty ? null : { driver: given?.driver ?? null, options };
};

function pidsOf(given: number | undefined, say: Say): number {
  if (given === 0) say('/pids_limit', 'must be 1 or more, or -1 for no limit');
  return given ?? defaultContainer.pidsLimit;
}

const hostnamePart = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const hostnameText = new RegExp(`^(?=.{1,64}$)${hostnamePart}(?:\\.${hostnamePart})*$`);

function hostnameOf(given: string | undefined, say: Say): string | null {
  if (given === undefined) return null;
  if (!hostnameText.test(given)) {
    say('/hostname', 'must be at most 64 letters, digits and hyphens, in parts joined by dots');
  }
  return given;
}

interface Place {
  readonly at: string;
  readonly say: Say;
}

/** Parses each item; reports and skips the faulty ones. */
function gather<Draft, Item extends object>(
  drafts: readonly Draft[] | undefined,
  parse: (draft: Draft) => Item | Fault,
  { at, say }: Place,
): Item[] {
  return (drafts ?? []).flatMap((draft, index) => noted(parse(draft), { at: `${at}/${index}`, say }));
}

function noted<Item extends object>(parsed: Item | Fault, { at, say }: Place): Item[] {
  if (!isFault(parsed)) return [parsed];
  say(`${at}${parsed.field}`, parsed.message);
  return [];
}

const sorted = <Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
