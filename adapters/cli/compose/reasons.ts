/** Why a field of a Compose file is not carried over, in words for whoever wrote it. */

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

/** What to say of a field that nobody knew what to do with. */
export const reasonFor = (key: string): string => reasons[key] ?? 'has no counterpart in Ring';
