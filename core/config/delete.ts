/** The command that deletes an unused config. */
import { RingError } from '../errors.ts';
import type { Write } from '../ports.ts';
import type { Config } from './config.ts';
import { findConfig } from './read.ts';
import { toConfig } from './view.ts';

/** Deletes a config and returns it. CONFIG_NOT_FOUND; CONFIG_IN_USE naming the deployments that refer to it. */
export const deleteConfig = (id: string, { write }: { readonly write: Write }): Promise<Config> =>
  write(async ({ configs, deployments }) => {
    const record = await findConfig(id, configs);
    const { name, namespace } = record;
    const users = await deployments.usersOf('config', namespace, name);
    if (users.length > 0) {
      const named = users.map((user) => user.id).join(', ');
      const way = 'change or delete these deployments first';
      throw new RingError('CONFIG_IN_USE', `Config ${record.id} is used by ${named}: ${way}`);
    }
    await configs.delete(record.id);
    return toConfig(record);
  });
