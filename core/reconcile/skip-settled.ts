/**
 * Skips deployments that are settled: one that needs nothing now or at any later time is not judged again until
 * something that its judgement depended on has changed. What a deployment needs is decided in survey.ts.
 */
import type { Health } from '../health/check.ts';
import type { Desired } from '../ports.ts';
import type { Instance } from '../runtime.ts';
import type { Finding, Look, SurveyInput } from './survey.ts';

/** Everything that a settled deployment was judged by. */
interface Rest {
  readonly finding: Finding;
  /** The time of the judgement, ms since 1970. */
  readonly since: number;
  readonly watchedSince: number;
  readonly sights: readonly Sight[];
}

/** An instance, with what else was known of it. */
interface Sight {
  readonly instance: Instance;
  readonly health: Health | undefined;
  readonly wasKilled: boolean;
}

/** Longer than anything waits, ms: a hundred years. */
const foreverMs = 100 * 365 * 24 * 3_600_000;

/**
 * Wraps `look` so that settled deployments are skipped. It relies on the store and the runtime to return another object
 * for whatever has changed; if they do so for something unchanged, that only costs another judgement.
 */
export function makeSettledSkip(look: Look): Look {
  const resting = new WeakMap<Desired, Rest>();
  return (desired, input, hold = null) => {
    // A held deployment is let in because others change, not because it changes itself.
    if (hold !== null || isMoving(desired, input)) return look(desired, input, hold);
    const rest = resting.get(desired);
    if (rest && isAlike(rest, desired, input)) return rest.finding;
    const finding = look(desired, input);
    if (followsNothing(finding) && staysSo(look, desired, input)) {
      resting.set(desired, restOf(finding, desired, input));
    }
    return finding;
  };
}

/**
 * Whether the observation of a deployment is unreliable: it could not be made, or the deployment is being worked on.
 */
const isMoving = ({ record: { uid } }: Desired, { observed, atWork, justEnded }: SurveyInput): boolean =>
  observed === null || atWork.has(uid) || justEnded.has(uid);

const followsNothing = ({ recording, plan, dueAt }: Finding): boolean =>
  recording === null && plan === null && dueAt === null;

/**
 * Whether a settled deployment stays settled. Every rule about time is a bound that is passed once, so what holds now
 * and in the far future also holds in between.
 */
const staysSo = (look: Look, desired: Desired, input: SurveyInput): boolean =>
  followsNothing(look(desired, { ...input, now: input.now + foreverMs }));

const none: readonly Instance[] = [];

function restOf(finding: Finding, desired: Desired, input: SurveyInput): Rest {
  const { observed, health, killed, now, watchedSince } = input;
  const instances = observed?.get(desired.record.uid) ?? none;
  const sights = instances.map((instance) => ({
    instance,
    health: health.get(instance.id),
    wasKilled: killed.has(instance.id),
  }));
  return { finding, since: now, watchedSince, sights };
}

/**
 * Whether nothing has changed. A clock that was set back makes everything look younger than it is, so that counts as a
 * change.
 */
function isAlike({ since, watchedSince, sights }: Rest, { record }: Desired, input: SurveyInput): boolean {
  const instances = input.observed?.get(record.uid) ?? none;
  return (
    input.now >= since &&
    input.watchedSince === watchedSince &&
    instances.length === sights.length &&
    sights.every(
      ({ instance, health, wasKilled }, index) =>
        instances[index] === instance &&
        input.health.get(instance.id) === health &&
        input.killed.has(instance.id) === wasKilled,
    )
  );
}
