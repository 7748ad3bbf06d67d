/**
 * The container options that only administrators may use, because they reach beyond the container: to the host, its
 * network or its devices, or past its confinement. core/deployment/policy.ts covers mounts.
 */

import type { Violation } from '../errors.ts';
import { below } from '../pointer.ts';
import { defaultCapabilities } from './capability.ts';
import { type ContainerOptions, defaultPidsLimit, type Logging } from './options.ts';

const left = 'is reserved for administrators';

/** Returns each option of a container that only administrators may use, with its pointer and the reason. */
export function administratorOptions(container: ContainerOptions): readonly Violation[] {
  return [
    ...reachOfHost(container),
    ...container.devices.map(({ source }, index) => ({
      pointer: `/devices/${index}`,
      message: `the host's device ${source} ${left}`,
    })),
    ...rights(container),
    ...bounds(container),
    ...(container.logging === null ? [] : loggingFaults(container.logging)),
  ];
}

function reachOfHost({ networkMode, privileged, gpus }: ContainerOptions): Violation[] {
  const faults: Violation[] = [];
  if (networkMode === 'host') {
    faults.push({ pointer: '/network_mode', message: `the host's network (network_mode host) ${left}` });
  }
  if (privileged) {
    faults.push({ pointer: '/privileged', message: `all rights on the host (privileged) ${left}` });
  }
  if (gpus !== null)
    faults.push({ pointer: '/gpus', message: `the host's graphics processors (gpus) ${left}` });
  return faults;
}

function rights({ capAdd, noNewPrivileges, securityOptions }: ContainerOptions): Violation[] {
  const faults = capAdd
    .filter((name) => !defaultCapabilities.has(name))
    .map((name) => ({
      pointer: '/cap_add',
      message: `the capability ${name}, which the engine gives nobody by itself, ${left}`,
    }));
  if (!noNewPrivileges) {
    faults.push({ pointer: '/security_opt', message: `no-new-privileges:false ${left}` });
  }
  for (const option of securityOptions) {
    const [key = ''] = option.split('=');
    faults.push({ pointer: '/security_opt', message: `the confinement of a container (${key}) ${left}` });
  }
  return faults;
}

/** Scheduling priorities that let one process starve all others. */
const priorities: ReadonlySet<string> = new Set(['nice', 'rtprio']);

function bounds({ sysctls, ulimits, pidsLimit }: ContainerOptions): Violation[] {
  const faults: Violation[] = [];
  for (const name of Object.keys(sysctls).filter((one) => !one.startsWith('net.'))) {
    const at = below('/sysctls', name);
    faults.push({ pointer: at, message: `the kernel setting ${name}, which is not of the network, ${left}` });
  }
  for (const { name } of ulimits.filter((one) => priorities.has(one.name))) {
    faults.push({
      pointer: `/ulimits/${name}`,
      message: `the limit ${name}, which raises priorities, ${left}`,
    });
  }
  if (pidsLimit === -1 || pidsLimit > defaultPidsLimit) {
    faults.push({ pointer: '/pids_limit', message: `more than ${defaultPidsLimit} processes ${left}` });
  }
  return faults;
}

/** Log drivers that keep lines on the host, or drop them. */
const localDrivers: ReadonlySet<string> = new Set(['json-file', 'local', 'journald', 'none']);
/** Options of the local drivers; other options may name an address, whatever the engine's default driver is. */
const localOptions: ReadonlySet<string> = new Set([
  'compress',
  'env',
  'env-regex',
  'labels',
  'labels-regex',
  'max-buffer-size',
  'max-file',
  'max-size',
  'mode',
  'tag',
]);

function loggingFaults({ driver, options }: Logging): Violation[] {
  if (driver !== null && !localDrivers.has(driver)) {
    return [
      {
        pointer: '/logging/driver',
        message: `the log driver ${driver}, which sends lines elsewhere, ${left}`,
      },
    ];
  }
  return Object.keys(options)
    .filter((name) => !localOptions.has(name))
    .map((name) => ({
      pointer: below('/logging/options', name),
      message: `the log option ${name}, which may send lines elsewhere, ${left}`,
    }));
}
