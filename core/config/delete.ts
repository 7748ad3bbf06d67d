/** The command that removes a config. */
import type { Write } from '../ports.ts';
import type { Config } from './config.ts';
import { findConfig } from './read.ts';
import { toConfig } from './view.ts';

/** Deletes a config and returns what it was. CONFIG_NOT_FOUND without one. */
export const deleteConfig = (id: string, { write }: { readonly write: Write }): Promise<Config> =>
  write(async ({ configs }) => {
    const record = await findConfig(id, configs);
    await configs.delete(record.id);
    return toConfig(record);
  });
