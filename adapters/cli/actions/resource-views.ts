/** The tables of everything other than deployments. */
import type { User } from '../../../core/access/user.ts';
import type { Config } from '../../../core/config/config.ts';
import type { Namespace } from '../../../core/namespace/namespace.ts';
import type { Secret } from '../../../core/secret/secret.ts';
import type { Volume } from '../../../core/volume/volume.ts';
import type { Node } from '../../../handlers/node/read-node.ts';
import { age, listed, sizeText } from '../format.ts';
import type { View } from '../print.ts';

const inNamespace = [
  { title: 'NAMESPACE', of: ({ namespace }: Config | Secret) => namespace },
  { title: 'NAME', of: ({ name }: Config | Secret) => name },
  { title: 'ID', of: ({ id }: Config | Secret) => id, wide: true },
  { title: 'VERSION', of: ({ version }: Config | Secret) => version, right: true },
];
const ages = [
  { title: 'AGE', of: ({ created_at: at }: { readonly created_at: string | null }) => age(at), right: true },
];
const changed = [{ title: 'CHANGED', of: ({ updated_at: at }: Config | Secret) => age(at), right: true }];

/** How configs are shown. */
export const configView: View<Config> = {
  kind: 'config',
  name: ({ id }) => id,
  columns: [
    ...inNamespace,
    { title: 'SIZE', of: ({ data }) => sizeText(Buffer.byteLength(data)), right: true },
    ...changed,
    ...ages,
  ],
};

/** How secrets are shown. */
export const secretView: View<Secret> = {
  kind: 'secret',
  name: ({ id }) => id,
  columns: [...inNamespace, ...changed, ...ages],
};

/** How namespaces are shown. */
export const namespaceView: View<Namespace> = {
  kind: 'namespace',
  name: ({ name }) => name,
  columns: [
    { title: 'NAME', of: ({ name }) => name },
    {
      title: 'STATE',
      of: ({ deleted_at: at }) => (at === null ? 'active' : 'being deleted'),
      colour: ({ deleted_at: at }) => (at === null ? null : 'yellow'),
    },
    { title: 'DEPLOYMENTS', of: ({ deployments }) => deployments, right: true },
    { title: 'CONFIGS', of: ({ configs }) => configs, right: true },
    { title: 'SECRETS', of: ({ secrets }) => secrets, right: true },
    ...ages,
  ],
};

/** How volumes are shown. */
export const volumeView: View<Volume> = {
  kind: 'volume',
  name: ({ name }) => name,
  columns: [
    { title: 'NAME', of: ({ name }) => name },
    { title: 'DRIVER', of: ({ driver }) => driver },
    ...ages,
    { title: 'CONTAINERS', of: ({ containers }) => listed(containers), wide: true },
    { title: 'USED BY', of: ({ deployments }) => listed(deployments) },
  ],
};

/** How users are shown. */
export const userView: View<User> = {
  kind: 'user',
  name: ({ username }) => username,
  columns: [
    { title: 'ID', of: ({ id }) => id, right: true },
    { title: 'USERNAME', of: ({ username }) => username },
    { title: 'ROLE', of: ({ role }) => role },
    ...ages,
  ],
};

const percent = (value: number): string => `${Math.round(value)}%`;

/** How the node is shown. */
export const nodeView: View<Node> = {
  kind: 'node',
  name: ({ hostname }) => hostname,
  columns: [
    { title: 'HOSTNAME', of: ({ hostname }) => hostname },
    { title: 'CPUS', of: ({ cpu_count: cpus }) => cpus, right: true },
    { title: 'CPU', of: ({ cpu_usage: usage }) => percent(usage), right: true },
    { title: 'MEMORY', of: ({ memory_usage: usage }) => percent(usage), right: true },
    { title: 'OF', of: ({ memory_total: total }) => sizeText(total), right: true },
    { title: 'DISK', of: ({ disk_usage: usage }) => percent(usage), right: true },
    { title: 'RUNNING', of: ({ containers_running: running }) => running, right: true },
    { title: 'CONTAINERS', of: ({ containers_total: total }) => total, right: true },
    { title: 'ENGINE', of: ({ docker_version: version }) => version },
    { title: 'API', of: ({ api_version: version }) => version, wide: true },
  ],
};
