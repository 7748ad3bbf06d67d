/** `ring schema`: prints the JSON Schema of manifests, which json-schema.ts generates. */
import type { CommandContext } from '../command-context.ts';
import { manifestSchema } from './json-schema.ts';

/** Prints the schema. */
export const schema = async ({ terminal }: Pick<CommandContext, 'terminal'>): Promise<void> => {
  terminal.line(JSON.stringify(manifestSchema(), null, 2));
};
