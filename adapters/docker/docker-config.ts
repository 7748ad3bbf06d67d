/**
 * Reads registry credentials from the host's docker config: `auths`, `credHelpers`, `credsStore`, as `docker login`
 * writes them. It is read again each time, so that expiring credentials are up to date.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { RuntimeError } from '../../core/runtime-error.ts';
import { askHelper, type HelperAnswer } from './credential-helper.ts';

/** Credentials for a registry. Must never be shown. */
export type RegistryAuth =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** The location of the config, and the timeout of helpers (ms). */
export interface DockerConfigOptions {
  /** The directory that contains config.json; null for none. */
  readonly directory: string | null;
  readonly helperTimeoutMs: number;
}

const entry = v.object({
  auth: v.nullish(v.string()),
  username: v.nullish(v.string()),
  password: v.nullish(v.string()),
  identitytoken: v.nullish(v.string()),
});
const schema = v.object({
  auths: v.nullish(v.record(v.string(), entry)),
  credHelpers: v.nullish(v.record(v.string(), v.string())),
  credsStore: v.nullish(v.string()),
});
type Config = v.InferOutput<typeof schema>;

const hubNames = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** Returns the canonical name of a registry, however it is written: `https://index.docker.io/v1/` is `docker.io`. */
export const registryName = (server: string): string => {
  const host = server
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  return hubNames.includes(host) ? 'docker.io' : host;
};

/** Returns the name of a registry as helpers and `auths` use it. */
const serverOf = (registry: string): string =>
  registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;

const entryOf = <T>(
  entries: Readonly<Record<string, T>> | null | undefined,
  registry: string,
): T | undefined => Object.entries(entries ?? {}).find(([server]) => registryName(server) === registry)?.[1];

const denied = (message: string): RuntimeError => new RuntimeError('image_denied', message);

const readConfig = async (file: string): Promise<Config | null> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw denied(`the docker config ${file} cannot be read`);
  }
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    // The parser's message would quote the file.
    throw denied(`the docker config ${file} is not a valid docker config`);
  }
};

const fromEntry = (found: v.InferOutput<typeof entry>): RegistryAuth | null | 'malformed' => {
  if (found.identitytoken) return { identityToken: found.identitytoken };
  if (found.username && found.password) return { username: found.username, password: found.password };
  if (!found.auth) return null;
  const text = Buffer.from(found.auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  return colon < 1 ? 'malformed' : { username: text.slice(0, colon), password: text.slice(colon + 1) };
};

const fromHelper = ({ username, secret }: HelperAnswer): RegistryAuth =>
  username === '<token>' ? { identityToken: secret } : { username, password: secret };

/**
 * Makes the function that returns the credentials for a registry; null when the config has none. Rejects with
 * RuntimeError `image_denied` when the config needs a correction, `image_unreachable` when a helper fails.
 */
export const makeDockerConfig = ({ directory, helperTimeoutMs }: DockerConfigOptions) => {
  return async (registry: string): Promise<RegistryAuth | null> => {
    if (directory === null) return null;
    const file = join(directory, 'config.json');
    const config = await readConfig(file);
    if (config === null) return null;
    const name = entryOf(config.credHelpers, registry) ?? config.credsStore;
    if (name) {
      const answer = await askHelper({ name, server: serverOf(registry), timeoutMs: helperTimeoutMs });
      if (answer) return fromHelper(answer);
    }
    const found = entryOf(config.auths, registry);
    const auth = found ? fromEntry(found) : null;
    if (auth === 'malformed') throw denied(`the entry for ${registry} in ${file} is malformed`);
    return auth;
  };
};
