/** Opens the configured engine, and determines where the files of its containers can be placed. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../core/file/files.ts';
import type { Log } from '../core/ports.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Settings } from './config.ts';
import type { Data } from './data.ts';
import { openDocker } from './docker/open-docker.ts';
import { engineAddress } from './engine-address.ts';
import { makeFiles, makeNoFiles } from './node/files.ts';

/** An engine, and the function that closes it. */
export interface OpenEngine {
  readonly runtime: Runtime;
  readonly close: () => void;
}

/** Opens the engine without a call to it. SettingsError when its address names files that cannot be read. */
export const openEngine = async (settings: Settings, { store }: Data, log: Log): Promise<OpenEngine> => {
  const { installationId } = store;
  const { networkPool } = settings;
  const dockerConfig = settings.dockerConfig ?? join(homedir(), '.docker');
  const address = await engineAddress(settings);
  const runtime = openDocker({ installationId, address, networkPool, dockerConfig, log });
  return { runtime, close: runtime.close };
};

/** Makes the Files port. Files can be placed only when the engine sees the same file system as Ring. */
export const filesOf = ({ dockerHost, dataDir, runDir }: Settings, installationId: string): Files =>
  /^(unix|npipe):/.test(dockerHost)
    ? makeFiles({ installationId, dataDir, runDir })
    : makeNoFiles(dockerHost);
