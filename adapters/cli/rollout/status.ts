/** How a rollout reads in one sentence, and what a command exits with that only looks at it. */
import type { Deployment } from '../../../core/deployment/view.ts';
import { type ExitCode, exits } from '../exit-codes.ts';

/** What can be said of a rollout. */
export interface RolloutWords {
  readonly sentence: string;
  readonly exit: ExitCode;
}

// What the API says of one that a person holds, and that did not fail before.
const byHand = 'paused by hand';

/** Says how the rollout of what is declared now stands. */
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
