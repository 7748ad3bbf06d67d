/** The endpoints about the runs of jobs. */
export { cancelRun } from './cancel-run.ts';
export { listRuns } from './list-runs.ts';
export { readRun } from './read-run.ts';
export { readRunLogs } from './read-run-logs.ts';
export { startRun } from './start-run.ts';
