#!/usr/bin/env node
/** The `ring` command begins here: it puts the program and what runs its actions together, and hands them the environment. */
import { readEnvironment } from '../environment.ts';
import { makeProgram } from './program.ts';
import { makeRunner } from './runner.ts';

const env = readEnvironment();
await makeProgram((globals) => makeRunner({ env, globals })).parseAsync();
