#!/usr/bin/env node
/** The `ring` command begins here: it puts the program and what runs its actions together, and hands them the environment. */
import { readEnvironment } from '../environment.ts';
import type { Groups } from './cli.ts';
import { makeProgram } from './program.ts';
import { makeRunner } from './runner.ts';

const commandsFor = async (word = ''): Promise<Groups> =>
  word === 'serve' || word === 'reconcile'
    ? (await import('./commands/server.ts')).serverCommands
    : (await import('./commands/all.ts')).allCommands;

const env = readEnvironment();
const groups = await commandsFor(process.argv[2]);
await makeProgram(groups, (globals) => makeRunner({ env, globals })).parseAsync();
