/** Checks whether the engine answers, has a supported version, can enforce containers' limits and has the same time. */
import { type Finding, fail, fine, warn } from './finding.ts';

/** The engine's responses, or the reason why there were none. */
export type EngineLook =
  | {
      readonly version: string;
      readonly apiVersion: string;
      /** The response to `/info`. */
      readonly info: unknown;
      /** The times of the request and of the response, in ms since 1970. */
      readonly askedAt: number;
      readonly answeredAt: number;
    }
  | { readonly fault: string };

/** The clock difference in ms that is acceptable, and the one from which on schedules and logs are wrong. */
const clockToleranceMs = 2_000;

/** Returns all findings about an engine. */
export function checkEngine(look: EngineLook, address: string): readonly Finding[] {
  if ('fault' in look) return [unreached(look.fault, address)];
  return [
    fine('engine', `Docker ${look.version} at ${address}, spoken with in API ${look.apiVersion}`),
    checkLimits(look.info),
    checkClock(look),
  ];
}

/** Explains why no engine answered, from the system's error. */
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

/** Checks which limits the kernel can enforce, as reported by the engine. */
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

/** Checks the clocks: the engine sets the times of logs and exits, and Ring uses its own clock. */
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

/** Returns the directory where the engine stores images and containers; null when it does not report it. */
export const rootDirOf = (look: EngineLook): string | null =>
  'info' in look ? textOf(look.info, 'DockerRootDir') || null : null;

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const textOf = (value: unknown, key: string): string => {
  const found = fieldOf(value, key);
  return typeof found === 'string' ? found : '';
};
