/** Whether the engine answers, is one that Ring can speak with, holds containers to their limits and has the same time. */
import { type Finding, fail, fine, warn } from './finding.ts';

/** What an engine said when it was asked, or why it did not. */
export type EngineLook =
  | {
      readonly version: string;
      readonly apiVersion: string;
      /** The answer to `/info`. */
      readonly info: unknown;
      /** When it was asked and when it had answered, in ms since 1970. */
      readonly askedAt: number;
      readonly answeredAt: number;
    }
  | { readonly fault: string };

/** A difference that nobody notices, and one from which on schedules and logs are off. */
const clockToleranceMs = 2_000;

/** All that can be said of an engine. */
export function checkEngine(look: EngineLook, address: string): readonly Finding[] {
  if ('fault' in look) return [unreached(look.fault, address)];
  return [
    fine('engine', `Docker ${look.version} at ${address}, spoken with in API ${look.apiVersion}`),
    checkLimits(look.info),
    checkClock(look),
  ];
}

/** Why no engine answered, by what the system said of it. */
function unreached(fault: string, address: string): Finding {
  const path = /^unix:\/\/(.+)$/.exec(address)?.[1];
  const elsewhere = 'or say where it listens by DOCKER_HOST or --docker-host';
  if (/EACCES|EPERM/.test(fault)) {
    return fail(
      'engine',
      `${address} may not be used by this user`,
      'add the user to the group that owns the socket (usermod -aG docker <user>, then log in again)',
    );
  }
  if (/ENOENT/.test(fault)) {
    return fail(
      'engine',
      `${path ?? address} is not there`,
      `install and start Docker (systemctl start docker), ${elsewhere}`,
    );
  }
  if (/ECONNREFUSED/.test(fault)) {
    return fail(
      'engine',
      `nothing listens at ${address}`,
      `start Docker (systemctl start docker), ${elsewhere}`,
    );
  }
  if (/needs one that speaks/.test(fault)) {
    return fail('engine', `${address}: ${fault}`, 'install Docker 20.10 or newer');
  }
  return fail('engine', `${address} does not answer: ${fault}`, `look at the engine's own log, ${elsewhere}`);
}

/** What the kernel can hold containers to, as the engine sees it. */
export function checkLimits(info: unknown): Finding {
  const group = `cgroup v${textOf(info, 'CgroupVersion') || '1'} by ${textOf(info, 'CgroupDriver') || 'the engine'}`;
  const missing = [
    ['MemoryLimit', 'memory'],
    ['CpuCfsQuota', 'processors'],
    ['PidsLimit', 'processes'],
  ].flatMap(([key = '', what = '']) => (fieldOf(info, key) === false ? [what] : []));
  if (missing.length === 0)
    return fine('limits', `${group}: limits on memory, processors and processes hold`);
  const way = missing.includes('memory')
    ? 'boot the host with cgroup_enable=memory swapaccount=1, or run the engine as root'
    : 'let the engine have these controllers (rootless engines need them delegated by systemd)';
  return warn('limits', `${group}: limits on ${missing.join(' and ')} do not hold`, way);
}

/** The engine stamps logs and ends of containers; Ring decides by its own clock. */
function checkClock({ info, askedAt, answeredAt }: Extract<EngineLook, { info: unknown }>): Finding {
  const theirs = Date.parse(textOf(info, 'SystemTime'));
  if (Number.isNaN(theirs)) return warn('clock', 'the engine does not say its time', 'look at its log');
  const early = askedAt - theirs;
  const late = theirs - answeredAt;
  const differenceMs = Math.max(0, early, late);
  if (differenceMs <= clockToleranceMs) return fine('clock', "agrees with the engine's");
  const which = early > 0 ? 'behind' : 'ahead of';
  return warn(
    'clock',
    `the engine's is ${Math.round(differenceMs / 1000)} s ${which} this one`,
    'let both keep time by NTP (timedatectl set-ntp true): schedules, rollouts and logs go by it',
  );
}

/** Where the engine keeps images and containers; null where it does not say. */
export const rootDirOf = (look: EngineLook): string | null =>
  'info' in look ? textOf(look.info, 'DockerRootDir') || null : null;

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const textOf = (value: unknown, key: string): string => {
  const found = fieldOf(value, key);
  return typeof found === 'string' ? found : '';
};
