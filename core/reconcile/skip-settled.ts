/**
 * Lets rest what is as it should be: a deployment of which nothing follows, now or at any later time, is not judged
 * again before something that it was judged by has changed. What follows from a look is decided in survey.ts.
 */
import type { Health } from '../health/check.ts';
import type { Desired } from '../ports.ts';
import type { Instance } from '../runtime.ts';
import type { Finding, Look, SurveyInput } from './survey.ts';

/** All that was looked at when it was found to be at rest. */
interface Rest {
  readonly finding: Finding;
  /** ms since 1970. */
  readonly since: number;
  readonly watchedSince: number;
  readonly sights: readonly Sight[];
}

/** An instance, with what is known of it besides. */
interface Sight {
  readonly instance: Instance;
  readonly health: Health | undefined;
  readonly wasKilled: boolean;
}

/** Longer than anything that is waited for, ms: a hundred years. */
const foreverMs = 100 * 365 * 24 * 3_600_000;

/**
 * The same look, which remembers who is at rest. Relies on the store and the runtime to hand out another object for
 * what has changed; where they do so for what has not, it only costs a look.
 */
export function makeSettledSkip(look: Look): Look {
  const resting = new WeakMap<Desired, Rest>();
  return (desired, input, hold = null) => {
    // What is held is let in by what becomes of others, not of itself.
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

/** Whether what is seen of it is not to be relied on: it cannot be seen, or is being worked on. */
const isMoving = ({ record: { uid } }: Desired, { observed, atWork, justEnded }: SurveyInput): boolean =>
  observed === null || atWork.has(uid) || justEnded.has(uid);

const followsNothing = ({ recording, plan, dueAt }: Finding): boolean =>
  recording === null && plan === null && dueAt === null;

/** Every rule about time is a bound that is passed once: what holds now and at the end of time holds in between. */
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

/** Whether all is as it was. A clock that was set back makes all look younger than it is, so that counts as a change. */
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
