/** Explains to the author of a Compose file why a field is not converted. */

const reasons: Readonly<Record<string, string>> = {
  extends: 'is not followed: write out what it takes from there (docker compose config does)',
  platform: 'the engine takes what fits its machine',
  runtime: 'is not carried over: the engine takes its default, gpus ask for cards',
  tty: 'containers of Ring have no terminal',
  stdin_open: 'containers of Ring have no terminal',
  ipc: 'each container has its own',
  pid: 'each container has its own',
  uts: 'each container has its own',
  userns_mode: 'is the engine’s business',
  cgroup: 'is the engine’s business',
  cgroup_parent: 'is the engine’s business',
  group_add: 'Ring adds no groups: say user as "uid:gid"',
  domainname: 'put it in hostname',
  mac_address: 'addresses are Ring’s',
  external_links: 'others are reached by their own names, within one namespace',
  volumes_from: 'name the volumes themselves',
  memswap_limit: 'memory is limited without swap of its own',
  develop: 'is for developing',
  logging: 'is not carried over',
};

/** Returns the reason for a field; a general one when the field is unknown. */
export const reasonFor = (key: string): string => reasons[key] ?? 'has no counterpart in Ring';
