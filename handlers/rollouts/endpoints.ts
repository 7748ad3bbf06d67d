/** The endpoints about revisions and rollouts. */
export { listRevisions } from './list-revisions.ts';
export { pauseRollout } from './pause-rollout.ts';
export { restartDeployment } from './restart-deployment.ts';
export { resumeRollout } from './resume-rollout.ts';
export { rollBackDeployment } from './roll-back-deployment.ts';
