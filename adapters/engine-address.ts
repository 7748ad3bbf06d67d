/** Converts the Docker variables to the address of an engine, with its TLS files. adapters/docker connects to it. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Settings, SettingsError } from './config.ts';
import type { EngineAddress } from './docker/connect.ts';

/**
 * Returns the address that DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH name. SettingsError when a TLS file is
 * missing.
 */
export const engineAddress = async (
  settings: Pick<Settings, 'dockerHost' | 'dockerTlsVerify' | 'dockerCertPath'>,
): Promise<EngineAddress> => {
  const { dockerHost, dockerTlsVerify, dockerCertPath } = settings;
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(dockerHost);
  if (local?.[1]) return { socketPath: local[1] };
  // An IPv6 address keeps its brackets: without them the client library interprets its first group as a scheme.
  const { hostname: host, port, protocol } = new URL(dockerHost);
  if (protocol !== 'https:' && !dockerTlsVerify) {
    return { host, port: Number(port || 2375), protocol: 'http' };
  }
  const folder = dockerCertPath ?? join(homedir(), '.docker');
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => pem(folder, name)),
  );
  return { host, port: Number(port || 2376), protocol: 'https', ca, cert, key };
};

/** Whether the engine publishes ports on the host that Ring runs on. */
export const isHere = ({ dockerHost }: Pick<Settings, 'dockerHost'>): boolean =>
  /^(?:unix|npipe):\/\//.test(dockerHost);

async function pem(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch {
    throw new SettingsError(`DOCKER_CERT_PATH ${folder} holds no ${name} that can be read`);
  }
}
