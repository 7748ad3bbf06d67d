/**
 * Decides whether a test that uses an external program runs. `scripts/programs.mjs` installs the programs where it can.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * True where the program is installed, and under CI=true in any case: there a missing one fails the test that needs it,
 * where it would be skipped on a developer's machine.
 */
export const isExpected = (program: string): boolean =>
  process.env.CI === 'true' || spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
