#!/usr/bin/env node
/**
 * The entry point of the `ring` command: connects the program with the runner of its actions and passes the environment
 * to them.
 */
import { readEnvironment } from '../environment.ts';
import type { Groups } from './cli.ts';
import { makeProgram } from './program.ts';
import { makeRunner } from './runner.ts';

const commandsFor = async (word = ''): Promise<Groups> => {
  if (word !== 'serve' && word !== 'reconcile') return (await import('./commands/all.ts')).allCommands;
  // Read at the same time as what they will load: a server listens sooner.
  const [{ serverCommands }] = await Promise.all([import('./commands/server.ts'), import('./serve.ts')]);
  return serverCommands;
};

const env = readEnvironment();
const groups = await commandsFor(process.argv[2]);
await makeProgram(groups, (globals) => makeRunner({ env, globals })).parseAsync();
