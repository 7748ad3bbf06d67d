/** Converts a stored config to the API's form. */
import type { Config, ConfigRecord } from './config.ts';

/** Returns the API's form of a config. */
export const toConfig = (record: ConfigRecord): Config => ({
  id: record.id,
  name: record.name,
  namespace: record.namespace,
  data: record.data,
  version: record.version,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
});
