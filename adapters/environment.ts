/** The environment of this process: read here and nowhere else, and handed on. What it means is decided in config.ts and in cli/. */

/** Variables by name, as they are when they are asked for. */
export const readEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;
