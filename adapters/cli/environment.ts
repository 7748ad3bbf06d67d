/** The environment as the command is handed it: who reads it is decided in main.ts. */

/** The environment of the process. */
export type Env = Readonly<Record<string, string | undefined>>;
