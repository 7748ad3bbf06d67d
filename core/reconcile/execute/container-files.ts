/**
 * Manages the files of one container: their contents are read when it is created, they are present whenever it starts,
 * and they are removed with it. Where they are stored is decided by the Files port.
 */
import { contentOf } from '../../config/content.ts';
import type { DeploymentSpec, Volume } from '../../deployment/spec/spec.ts';
import type { ContainerFile, Files } from '../../file/files.ts';
import type { Log, ReconcilerStore } from '../../ports.ts';
import type { FileMount, Runtime } from '../../runtime.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { Limit } from './limit.ts';
import { readSecrets, type SecretPorts } from './read-secrets.ts';

/** The ports that managing files needs. */
export interface FilesPorts extends SecretPorts {
  readonly store: Pick<ReconcilerStore, 'secrets' | 'configs'>;
  readonly files: Files;
  readonly runtime: Pick<Runtime, 'userOf'>;
  readonly calls: Limit;
}

/** The container whose files are meant, with its spec and its namespace. */
export interface FilesOf {
  readonly containerName: string;
  readonly namespace: string;
  readonly spec: Pick<DeploymentSpec, 'volumes'>;
}

/**
 * Writes all files of a container that is about to be created, with the current values of configs and secrets.
 * RuntimeError `config` names those that do not exist (any more); errors of the Files port pass through.
 */
export async function placeFiles(of: FilesOf, ports: FilesPorts): Promise<readonly FileMount[]> {
  const volumes = fileVolumes(of);
  if (volumes.length === 0) return [];
  return ports.files.place(of.containerName, await filled(volumes, of.namespace, ports));
}

/**
 * Ensures that a container finds its files when it starts, readable by its user: existing files stay as they are,
 * missing ones (secrets after a reboot) are written again. Errors: {@link placeFiles}.
 */
export async function readyFiles(of: FilesOf, target: string, ports: FilesPorts): Promise<void> {
  const volumes = fileVolumes(of);
  if (volumes.length === 0) return;
  const gone = await ports.files.missing(of.containerName, volumes.map(nameOf));
  const places = new Set(gone.map(({ destination }) => destination));
  const wanted = volumes.filter(({ destination }) => places.has(destination));
  if (wanted.length > 0) await ports.files.place(of.containerName, await filled(wanted, of.namespace, ports));
  if (volumes.some(({ type }) => type === 'secret')) {
    const owner = await ports.calls(() => ports.runtime.userOf(target));
    await ports.files.own(of.containerName, owner);
  }
}

/** Removes the files of a container that is gone. Files that cannot be removed are left to a sweep. */
export async function removeFiles(
  containerName: string,
  { files, log }: { readonly files: Pick<Files, 'remove'>; readonly log: Log },
): Promise<void> {
  try {
    await files.remove(containerName);
  } catch (error) {
    log.warn('Files of a container could not be removed; trying again later', { containerName, error });
  }
}

type FileVolume = Volume & { readonly type: 'config' | 'secret' };

const fileVolumes = ({ spec }: FilesOf): readonly FileVolume[] =>
  spec.volumes.flatMap((volume) => {
    const { type } = volume;
    return type === 'config' || type === 'secret' ? [{ ...volume, type }] : [];
  });

const nameOf = ({ type, destination }: FileVolume) => ({ kind: type, destination });

/** The files with their contents. */
async function filled(
  volumes: readonly FileVolume[],
  namespace: string,
  ports: Pick<FilesPorts, 'store' | 'vault'>,
): Promise<readonly ContainerFile[]> {
  const sourcesOf = (kind: FileVolume['type']) =>
    volumes.flatMap(({ type, source }) => (type === kind ? [source] : []));
  const [secrets, texts] = [
    await readSecrets(namespace, sourcesOf('secret'), ports),
    await readConfigs(namespace, sourcesOf('config'), ports),
  ];
  return volumes.map((volume) => {
    const { type, source, key } = volume;
    const content =
      type === 'secret'
        ? { text: secrets.get(source)?.value ?? '' }
        : contentOf(texts.get(source) ?? '', key);
    if ('text' in content) return { ...nameOf(volume), content: content.text };
    throw new RuntimeError('config', `The config ${source} of namespace ${namespace} ${content.fault}`);
  });
}

async function readConfigs(
  namespace: string,
  names: readonly string[],
  { store }: Pick<FilesPorts, 'store'>,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const found = new Map((await store.configs(namespace, names)).map(({ name, data }) => [name, data]));
  const missing = [...new Set(names)].filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  const way = 'create it with POST /configs, or declare the deployment without it';
  throw new RuntimeError(
    'config',
    `There is no config ${missing.join(', ')} in namespace ${namespace}: ${way}`,
  );
}
