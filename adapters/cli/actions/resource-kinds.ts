/** The kinds of everything other than deployments: configs, secrets, namespaces, volumes, users, the node. */
import type { User } from '../../../core/access/user.ts';
import type { Config } from '../../../core/config/config.ts';
import type { Namespace } from '../../../core/namespace/namespace.ts';
import type { Secret } from '../../../core/secret/secret.ts';
import type { Volume } from '../../../core/volume/volume.ts';
import type { Node } from '../../../handlers/node/read-node.ts';
import { makeKind } from './kind.ts';
import { configView, namespaceView, nodeView, secretView, userView, volumeView } from './resource-views.ts';
import { userNamed } from './user-named.ts';

/** The kind of configs. */
export const configKind = makeKind<Config>({
  names: ['config', 'configs'],
  isNamespaced: true,
  view: configView,
  list: async ({ client }, { namespaces }) =>
    (await client.listConfigs({ query: { 'namespace[]': namespaces } })).body,
  read: async ({ client }, id) => (await client.readConfig({ params: { id } })).body,
  remove: async ({ client }, id) => void (await client.deleteConfig({ params: { id } })),
});

/** The kind of secrets; their values are never returned. */
export const secretKind = makeKind<Secret>({
  names: ['secret', 'secrets'],
  isNamespaced: true,
  view: secretView,
  list: async ({ client }, { namespaces }) =>
    (await client.listSecrets({ query: { 'namespace[]': namespaces } })).body,
  read: async ({ client }, id) => (await client.readSecret({ params: { id } })).body,
  remove: async ({ client }, id) => void (await client.deleteSecret({ params: { id } })),
});

/** The kind of namespaces. */
export const namespaceKind = makeKind<Namespace>({
  names: ['namespace', 'namespaces', 'ns'],
  isNamespaced: false,
  view: namespaceView,
  list: async ({ client }) => (await client.listNamespaces()).body,
  read: async ({ client }, name) => (await client.readNamespace({ params: { name } })).body,
  remove: async ({ client }, name, { cascade }) =>
    void (await client.deleteNamespace({ params: { name }, query: { cascade } })),
});

/** The kind of named volumes. */
export const volumeKind = makeKind<Volume>({
  names: ['volume', 'volumes', 'vol'],
  isNamespaced: false,
  view: volumeView,
  list: async ({ client }) => (await client.listVolumes()).body,
  read: async ({ client }, name) => (await client.readVolume({ params: { name } })).body,
  remove: async ({ client }, name) => void (await client.deleteVolume({ params: { name } })),
});

/** The kind of users. */
export const userKind = makeKind<User>({
  names: ['user', 'users'],
  isNamespaced: false,
  view: userView,
  list: async ({ client }) => (await client.listUsers()).body,
  read: (session, name) => userNamed(session, name),
  async remove(session, name) {
    const { id } = await userNamed(session, name);
    await session.client.deleteUser({ params: { id } });
  },
});

/** The kind of the node, of which there is exactly one. */
export const nodeKind = makeKind<Node>({
  names: ['node', 'nodes'],
  isNamespaced: false,
  isOne: true,
  view: nodeView,
  list: async ({ client }) => [(await client.readNode()).body],
  read: async ({ client }) => (await client.readNode()).body,
});
