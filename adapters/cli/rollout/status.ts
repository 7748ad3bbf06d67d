/** Describes a rollout in one sentence, and determines the exit code of a command that shows its status. */
import type { Deployment } from '../../../core/deployment/view.ts';
import { type ExitCode, exits } from '../exit-codes.ts';

/** The description of a rollout. */
export interface RolloutWords {
  readonly sentence: string;
  readonly exit: ExitCode;
}

// The API's reason for a rollout that a user paused and that did not fail before.
const byHand = 'paused by hand';

/** Describes the rollout of the declared revision. */
export function rolloutWords(deployment: Deployment): RolloutWords {
  const { id, kind, revision, rollout, paused } = deployment;
  if (kind === 'job')
    return { sentence: `${id} is a job: \`ring runs ${id}\` shows its runs`, exit: exits.ok };
  if (rollout === null || rollout.revision !== revision) {
    return { sentence: `revision ${revision} of ${id} has not been looked at yet`, exit: exits.changes };
  }
  const what = `revision ${revision} of ${id}`;
  const back = `revision ${rollout.from}`;
  const why = rollout.reason === null ? '' : `: ${rollout.reason}`;
  const share = `${rollout.updated} of ${rollout.total} replicas are updated`;
  const held = {
    sentence: `${what} is paused: ${share}; \`ring rollout resume ${id}\` resumes it`,
    exit: exits.changes,
  };
  switch (rollout.state) {
    case 'completed':
      return { sentence: `${what} is rolled out: ${share}`, exit: exits.ok };
    case 'in_progress':
      return paused ? held : { sentence: `${what} is being rolled out: ${share}${why}`, exit: exits.changes };
    case 'paused':
      if (paused && rollout.reason === byHand) return held;
      return {
        sentence: `${what} failed and is held${why}; \`ring rollout undo ${id}\` goes back, \`ring rollout resume ${id}\` tries again`,
        exit: exits.failed,
      };
    case 'rolling_back':
      return { sentence: `${what} failed and goes back to ${back}${why}`, exit: exits.failed };
    case 'rolled_back':
      return { sentence: `${what} failed; ${back} serves${why}`, exit: exits.failed };
    case 'failed':
      return { sentence: `${what} failed, and none before it proved itself${why}`, exit: exits.failed };
  }
}
