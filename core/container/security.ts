/**
 * The security options of a container, which confine its programs further. Parsed as Compose and docker write them,
 * `key=value` or `key:value`.
 */
import type { Say } from '../errors.ts';
import type { ContainerOptions } from './options.ts';

type Security = Pick<ContainerOptions, 'noNewPrivileges' | 'securityOptions'>;

const known = 'must be no-new-privileges:true or :false, or begin with seccomp=, apparmor= or label=';

/** Returns the options in normal form; no-new-privileges is on unless it is disabled explicitly. */
export function parseSecurity(given: readonly string[], say: Say): Security {
  const privileges = new Set<boolean>();
  const options = new Set<string>();
  given.forEach((text, index) => {
    const at = `/security_opt/${index}`;
    const between = text.search(/[:=]/);
    const [key, value] = between < 0 ? [text, ''] : [text.slice(0, between), text.slice(between + 1)];
    if (key === 'no-new-privileges') {
      if (value !== '' && value !== 'true' && value !== 'false') say(at, 'must be true or false');
      privileges.add(value !== 'false');
    } else {
      const fault = faultOf(key, value);
      if (fault === null) options.add(`${key}=${value}`);
      else say(at, fault);
    }
  });
  if (privileges.size > 1) say('/security_opt', 'sets no-new-privileges to true and to false: leave one out');
  return { noNewPrivileges: !privileges.has(false), securityOptions: [...options] };
}

/** Returns the list that parses to these options. */
export const securityDraft = ({ noNewPrivileges, securityOptions }: Security): string[] => [
  `no-new-privileges:${noNewPrivileges}`,
  ...securityOptions,
];

function faultOf(key: string, value: string): string | null {
  if (value.includes('\0')) return 'must not contain NUL';
  if (key === 'seccomp') {
    return value === 'unconfined' || isObject(value)
      ? null
      : 'must be seccomp=unconfined, or seccomp= and a profile as JSON: files are not read';
  }
  if (key === 'apparmor' || key === 'label') return value === '' ? `must name one: ${key}=...` : null;
  return known;
}

function isObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    // Not JSON, so not a profile.
    return false;
  }
}
