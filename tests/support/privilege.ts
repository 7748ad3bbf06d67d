/**
 * Whether this machine allows a test to mount a disk or run its own engine; tests that need it are skipped otherwise.
 */
import process from 'node:process';

/** Only root on Linux may. */
export const isLinuxRoot = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;
