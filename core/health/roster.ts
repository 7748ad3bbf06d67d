/**
 * Keeps the watched instances and the state of each of their checks, and decides which state is reset and which
 * continues. When checks are executed is decided in prober.ts, and what is stored in keeper.ts.
 */
import type { Answer } from './answer.ts';
import type { Health, HealthCheck } from './check.ts';
import type { HealthRecord } from './record.ts';
import { firstDueAt } from './schedule.ts';
import { type CheckState, freshState, healthOf, sameHealth } from './verdict.ts';
import type { HealthTarget } from './watch.ts';

/** One check of one instance. The prober changes it in place. */
export interface Asked {
  readonly check: HealthCheck;
  /** The check as text: equal texts mean equal checks. */
  readonly text: string;
  /** A key of this check of this instance, from which its offset in the interval is derived. */
  readonly key: string;
  state: CheckState;
  /** Whether the check failed for the previous process and has not passed for this one yet. */
  recovers: boolean;
  /** The last answers, the newest last. */
  answers: readonly Answer[];
  /** When this process was last checked, ms since 1970; null before the first time. */
  lastAt: number | null;
  /** When the check is next due, ms since 1970. */
  dueAt: number;
  /** Cancels the execution under way, whose answer is no longer wanted; null while there is none. */
  cancel: (() => void) | null;
}

/** One instance, and the combined result of its checks. */
export interface Watched {
  target: HealthTarget;
  asked: readonly Asked[];
  health: Health;
  /** When it was last watched, ms since 1970; null while it is. */
  endedAt: number | null;
  /** Whether it was restored from an earlier process and has not been confirmed to exist yet. */
  isRestored: boolean;
}

/** The watched instances. Times are ms since 1970. */
export interface Roster {
  /** The health of all watched and all restored instances, by container id. */
  known(): ReadonlyMap<string, Health>;
  /** Watches exactly these instances from now on; returns those whose records are to be stored. */
  watch(targets: readonly HealthTarget[], now: number): readonly Watched[];
  /** Takes over what an earlier process stored. */
  restore(records: readonly HealthRecord[]): void;
  /** The instances that are watched now. */
  active(): readonly Watched[];
  /** Visits each check of each watched instance. */
  each(visit: (watched: Watched, asked: Asked) => void): void;
  /** Judges an instance again; returns whether its health has changed. */
  judge(watched: Watched): boolean;
  /** Finds an instance by its container id. */
  find(instanceId: string): Watched | undefined;
}

// A container that disappears for a moment, because it restarts or is paused, is recognised when it returns.
const forgottenAfterMs = 600_000;

/** Makes an empty roster. */
export function makeRoster(): Roster {
  const all = new Map<string, Watched>();
  const known = new Map<string, Health>();

  const begin = (target: HealthTarget, now: number): Watched => {
    const asked = askedOf(target, { before: [], isSameProcess: true, now });
    const watched = { target, asked, health: healthOf(asked), endedAt: null, isRestored: false };
    all.set(target.instanceId, watched);
    known.set(target.instanceId, watched.health);
    return watched;
  };

  /** Continues watching an instance; returns whether its record is to be stored. */
  const goOn = (watched: Watched, target: HealthTarget, now: number): boolean => {
    const before = watched.target;
    const isSameProcess = !isOther(before.startedAt, target.startedAt);
    const returns = watched.endedAt !== null || watched.isRestored;
    const isUnchanged = isSameProcess && !returns && before.checks === target.checks;
    watched.target = target;
    if (isUnchanged) return false;
    const kept = watched.asked;
    watched.asked = askedOf(target, { before: kept, isSameProcess, now });
    for (const asked of kept) if (!watched.asked.includes(asked)) asked.cancel?.();
    if (returns) for (const asked of watched.asked) asked.dueAt = dueAfterReturn(asked, now);
    watched.endedAt = null;
    watched.isRestored = false;
    watched.health = healthOf(watched.asked);
    known.set(target.instanceId, watched.health);
    return (
      returns || kept.length !== watched.asked.length || kept.some((one, at) => one !== watched.asked[at])
    );
  };

  /** Ends watching an instance, and later forgets it; returns whether its record is to be stored. */
  const leave = (watched: Watched, now: number): boolean => {
    const { instanceId } = watched.target;
    if (watched.endedAt !== null) {
      if (now - watched.endedAt > forgottenAfterMs) all.delete(instanceId);
      return false;
    }
    watched.endedAt = now;
    known.delete(instanceId);
    for (const { cancel } of watched.asked) cancel?.();
    return true;
  };

  return {
    known: () => known,
    watch(targets, now) {
      const checked = targets.filter(({ checks }) => checks.length > 0);
      const changed = checked.flatMap((target) => {
        const watched = all.get(target.instanceId);
        if (!watched) return [begin(target, now)];
        return goOn(watched, target, now) ? [watched] : [];
      });
      const wanted = new Set(checked.map(({ instanceId }) => instanceId));
      const others = [...all.values()].filter(({ target }) => !wanted.has(target.instanceId));
      return [...changed, ...others.filter((watched) => leave(watched, now))];
    },
    restore(records) {
      for (const record of records) {
        const watched = restored(record);
        all.set(record.instanceId, watched);
        known.set(record.instanceId, watched.health);
      }
    },
    active: () => [...all.values()].filter(isActive),
    each(visit) {
      for (const watched of all.values()) {
        if (isActive(watched)) for (const asked of watched.asked) visit(watched, asked);
      }
    },
    judge(watched) {
      const health = healthOf(watched.asked);
      if (sameHealth(health, watched.health)) return false;
      watched.health = health;
      known.set(watched.target.instanceId, health);
      return true;
    },
    find: (instanceId) => all.get(instanceId),
  };
}

const isActive = ({ endedAt, isRestored }: Watched): boolean => endedAt === null && !isRestored;

/** Whether two start times differ; an unknown time may equal any other. */
const isOther = (one: number | null, other: number | null): boolean =>
  one !== null && other !== null && one !== other;

/**
 * The checks of a target: for the same process unchanged checks continue; for another process only the answers are
 * kept.
 */
function askedOf(
  target: HealthTarget,
  {
    before,
    isSameProcess,
    now,
  }: { readonly before: readonly Asked[]; readonly isSameProcess: boolean; readonly now: number },
): readonly Asked[] {
  const left = [...before];
  return target.checks.map((check, index) => {
    const text = JSON.stringify(check);
    const at = left.findIndex((one) => one.text === text);
    const [same] = at < 0 ? [] : left.splice(at, 1);
    if (same && isSameProcess) return same;
    // By this clock no observed process can have begun later than now.
    const startedAt = Math.min(now, target.startedAt ?? now);
    const key = `${target.instanceId}/${index}`;
    return {
      check,
      text,
      key,
      state: freshState(check, startedAt),
      recovers: same !== undefined && (same.recovers || same.state.verdict === 'failing'),
      answers: same?.answers ?? [],
      lastAt: null,
      dueAt: firstDueAt(key, now),
      cancel: null,
    };
  });
}

function dueAfterReturn({ lastAt, check, key }: Asked, now: number): number {
  const next = lastAt === null ? now : lastAt + check.intervalMs;
  const isAhead = next > now && next <= now + check.intervalMs;
  return isAhead ? next : firstDueAt(key, now);
}

function restored({ checks, ...record }: HealthRecord): Watched {
  const { endedAt: _endedAt, ...target } = record;
  const asked = checks.map(({ check, state, answers }, index) => ({
    check,
    text: JSON.stringify(check),
    key: `${record.instanceId}/${index}`,
    state,
    recovers: false,
    answers,
    lastAt: answers.at(-1)?.at ?? null,
    dueAt: 0,
    cancel: null,
  }));
  return {
    target: { ...target, address: null, specHash: '', checks: checks.map(({ check }) => check) },
    asked,
    health: healthOf(asked),
    endedAt: null,
    isRestored: true,
  };
}

/** The record of an instance that is to be stored. */
export const recordOf = ({ target, asked, endedAt }: Watched): HealthRecord => ({
  uid: target.uid,
  name: target.name,
  slot: target.slot,
  instanceId: target.instanceId,
  containerName: target.containerName,
  startedAt: target.startedAt,
  endedAt,
  checks: asked.map(({ check, state, answers }) => ({ check, state, answers })),
});
