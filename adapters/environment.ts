/** Reads the environment of this process, here and nowhere else. config.ts and cli/ interpret it. */

/** Returns the current environment variables by name. */
export const readEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;
