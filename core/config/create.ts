/** The command that creates a config: POST, and the first PUT of a name. */
import { RingError } from '../errors.ts';
import { defaultNamespace, qualifiedId } from '../name.ts';
import type { Clock, Configs, Ids, Wake, Write } from '../ports.ts';
import type { Config, ConfigDraft, ConfigRecord } from './config.ts';
import { toConfig } from './view.ts';

/** The ports that the commands that write configs need. */
export interface ConfigPorts {
  readonly write: Write;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Ids;
  readonly wake: Wake;
}

/** Stores a new config. CONFIG_EXISTS when the name is taken in its namespace. */
export const createConfig = async (
  draft: ConfigDraft,
  ports: Pick<ConfigPorts, 'write' | 'clock'>,
): Promise<Config> => {
  const at = new Date(ports.clock.now()).toISOString();
  const record = await ports.write(({ configs }) => insertConfig(draft, at, configs));
  return toConfig(record);
};

/**
 * Inside a transaction: stores the config under its name as its id, or under its qualified name when that id is taken.
 */
export const insertConfig = async (
  draft: ConfigDraft,
  at: string,
  configs: Configs,
): Promise<ConfigRecord> => {
  const { name, data, namespace = defaultNamespace } = draft;
  const existing = await configs.findByName(namespace, name);
  if (existing) {
    const way = `change it with PUT /configs/${existing.id}`;
    throw new RingError('CONFIG_EXISTS', `Config ${name} exists in namespace ${namespace}: ${way}`);
  }
  const idTaken = (await configs.find(name)) !== null;
  const id = idTaken ? qualifiedId(name, namespace) : name;
  const record = { id, name, namespace, data, version: 1, createdAt: at, updatedAt: at };
  await configs.insert(record);
  return record;
};
