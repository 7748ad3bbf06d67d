/** The endpoints about configs. */
export { createConfig } from './create-config.ts';
export { declareConfig } from './declare-config.ts';
export { deleteConfig } from './delete-config.ts';
export { listConfigs } from './list-configs.ts';
export { readConfig } from './read-config.ts';
