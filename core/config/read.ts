/** Reads configs. */
import { RingError } from '../errors.ts';
import type { Configs } from '../ports.ts';
import type { ConfigRecord } from './config.ts';

/** Returns the config of this id or `<name>.<namespace>`; CONFIG_NOT_FOUND without one. */
export const findConfig = async (id: string, configs: Configs): Promise<ConfigRecord> => {
  const record = await configs.find(id);
  if (record) return record;
  throw new RingError('CONFIG_NOT_FOUND', 'Config not found');
};
