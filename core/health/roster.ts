/**
 * Which instances are watched, and how each of their checks stands. Decides what begins with a clean slate and what
 * goes on; when to ask is the prober's, and what is stored the keeper's.
 */
import type { Answer } from './answer.ts';
import type { Health, HealthCheck } from './check.ts';
import type { HealthRecord } from './record.ts';
import { firstDueAt } from './schedule.ts';
import { type CheckState, freshState, healthOf, sameHealth } from './verdict.ts';
import type { HealthTarget } from './watch.ts';

/** One check of one instance. Changed in place by those who ask. */
export interface Asked {
  readonly check: HealthCheck;
  /** Equal texts, equal checks. */
  readonly text: string;
  /** Names this check of this instance: its share of time follows from it. */
  readonly key: string;
  state: CheckState;
  /** Whether the process before this one was failing, and this one has not been told to be well yet. */
  recovers: boolean;
  /** The last of them, the newest last. */
  answers: readonly Answer[];
  /** When this process was last asked, ms since 1970; null before it was. */
  lastAt: number | null;
  /** When it is to be asked next, ms since 1970. */
  dueAt: number;
  /** Ends the question under way, whose answer nobody wants any more; null while there is none. */
  cancel: (() => void) | null;
}

/** One instance, and what its checks say together. */
export interface Watched {
  target: HealthTarget;
  asked: readonly Asked[];
  health: Health;
  /** When it was last watched; null while it is. */
  endedAt: number | null;
  /** Kept from an earlier process; whether it is still there was not said yet. */
  isRestored: boolean;
}

/** Those that are watched. Times are ms since 1970. */
export interface Roster {
  /** By container id: the health of all that are watched, and of those that were restored. */
  known(): ReadonlyMap<string, Health>;
  /** From now on just these; returns those of which something is to be stored. */
  watch(targets: readonly HealthTarget[], now: number): readonly Watched[];
  /** Takes over what an earlier process kept. */
  restore(records: readonly HealthRecord[]): void;
  /** Those that are watched now. */
  active(): readonly Watched[];
  /** Visits each of their checks. */
  each(visit: (watched: Watched, asked: Asked) => void): void;
  /** Judges an instance anew; says whether its health is another. */
  judge(watched: Watched): boolean;
  /** By container id. */
  find(instanceId: string): Watched | undefined;
}

// A container that is out of sight for a moment, because it restarts or is paused, is known again.
const forgottenAfterMs = 600_000;

/** An empty roster. */
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

  /** Says whether there is something to store. */
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

  /** What is not to be watched ends, and is forgotten in time; says whether there is something to store. */
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

/** Two times of which one is not known may be the same. */
const isOther = (one: number | null, other: number | null): boolean =>
  one !== null && other !== null && one !== other;

/** The checks of a target: of the same process those that are as before go on, of another one only what was answered is kept. */
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
    // By this clock no process that is seen began later than now.
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

/** What is to be stored of an instance. */
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
