/** Whether this machine lets a test mount a disk or run an engine of its own; tests that need it are skipped elsewhere. */
import process from 'node:process';

/** Only root on Linux may. */
export const isLinuxRoot = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;
