/** The API's form of the container options: the same names and forms in which they are declared. */
import * as v from 'valibot';
import { modeText } from './items.ts';
import type { ContainerOptions, Logging } from './options.ts';
import { securityDraft } from './security.ts';

const texts = v.array(v.string());
const record = v.record(v.string(), v.string());

/** The schema entries of the container options. */
export const containerViewEntries = {
  network_mode: v.picklist(['namespace', 'host']),
  read_only: v.boolean(),
  init: v.boolean(),
  privileged: v.boolean(),
  cap_add: texts,
  cap_drop: texts,
  devices: v.array(v.object({ source: v.string(), target: v.string(), permissions: v.string() })),
  /** `size` null is half of the host's memory; `mode` null is writable by everybody. */
  tmpfs: v.array(
    v.object({ destination: v.string(), size: v.nullable(v.number()), mode: v.nullable(v.string()) }),
  ),
  /** In bytes; null for the engine's default. */
  shm_size: v.nullable(v.number()),
  ulimits: v.record(v.string(), v.object({ soft: v.number(), hard: v.number() })),
  dns: texts,
  dns_search: texts,
  dns_opt: texts,
  extra_hosts: texts,
  sysctls: record,
  gpus: v.nullable(
    v.object({
      /** -1 for all GPUs; null when ids are given. */
      count: v.nullable(v.number()),
      device_ids: texts,
      driver: v.nullable(v.string()),
      capabilities: texts,
    }),
  ),
  /** null for the engine's driver, with a size limit when it writes files. */
  logging: v.nullable(v.object({ driver: v.nullable(v.string()), options: record })),
  /** -1 is unlimited. */
  pids_limit: v.number(),
  hostname: v.nullable(v.string()),
  security_opt: texts,
};

const view = v.object(containerViewEntries);

/** Returns the API's form of the options, with or without values that may be passwords. */
export const containerView = (container: ContainerOptions, whole: boolean): v.InferOutput<typeof view> => {
  const { dns, gpus, logging } = container;
  return {
    network_mode: container.networkMode,
    read_only: container.readOnly,
    init: container.init,
    privileged: container.privileged,
    cap_add: [...container.capAdd],
    cap_drop: [...container.capDrop],
    devices: container.devices.map((device) => ({ ...device })),
    tmpfs: container.tmpfs.map(({ destination, sizeBytes, mode }) => ({
      destination,
      size: sizeBytes,
      mode: mode === null ? null : modeText(mode),
    })),
    shm_size: container.shmBytes,
    ulimits: Object.fromEntries(container.ulimits.map(({ name, soft, hard }) => [name, { soft, hard }])),
    dns: [...dns.servers],
    dns_search: [...dns.search],
    dns_opt: [...dns.options],
    extra_hosts: [...container.extraHosts],
    sysctls: { ...container.sysctls },
    gpus: gpus === null ? null : gpusView(gpus),
    logging: logging === null ? null : shown(logging, whole),
    pids_limit: container.pidsLimit,
    hostname: container.hostname,
    security_opt: securityDraft(container),
  };
};

const gpusView = ({ count, deviceIds, driver, capabilities }: NonNullable<ContainerOptions['gpus']>) => ({
  count,
  device_ids: [...deviceIds],
  driver,
  capabilities: [...capabilities],
});

/** Drivers that send lines elsewhere take tokens and passwords as options, so only the option names are public. */
const shown = ({ driver, options }: Logging, whole: boolean): Logging =>
  whole
    ? { driver, options: { ...options } }
    : { driver, options: Object.fromEntries(Object.keys(options).map((name) => [name, '***'])) };
