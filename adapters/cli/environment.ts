/** The type of the environment passed to the command; main.ts reads it. */

/** The environment of the process. */
export type Env = Readonly<Record<string, string | undefined>>;
