/**
 * Executes the checks of every watched instance when they are due, beside the ticks, and decides whom to notify. What
 * answers mean is decided in verdict.ts, which instances are watched in roster.ts, and what is done about it by the
 * reconciler.
 */
import { makeStop } from '../log/stop.ts';
import { makePlaces, type PlaceLimits } from '../places.ts';
import type { Wake } from '../ports.ts';
import { answersKept } from './answer.ts';
import { type AskPorts, ask } from './ask.ts';
import { type KeeperPorts, makeKeeper } from './keeper.ts';
import { newsOf } from './news.ts';
import type { HealthRecord, HealthRecords } from './record.ts';
import { type Asked, makeRoster, type Roster, recordOf, type Watched } from './roster.ts';
import { firstDueAt, isAstray, isOverdue, paceOf } from './schedule.ts';
import { foldAnswer } from './verdict.ts';
import type { HealthWatch } from './watch.ts';

/** The ports that probing needs. */
export interface ProberPorts extends AskPorts, KeeperPorts {
  readonly records: HealthRecords;
  /** Called with the uid of a deployment when the health of one of its instances has changed. */
  readonly wake: Wake;
}

/** How many checks run at once, and how long without a new list of instances to watch; times in ms. */
export interface ProberOptions {
  readonly places?: PlaceLimits;
  /**
   * If nobody says for this long which instances to watch, no more checks are executed: another process may be doing
   * so.
   */
  readonly staleMs?: number;
  /** How long {@link Prober.runDue} waits for answers. */
  readonly runMs?: number;
}

/** Watches the health of instances and reports the answers. */
export interface Prober extends HealthWatch, Pick<HealthRecords, 'of'> {
  /** Takes over what an earlier process stored. To be called once, before any instance is watched. */
  restore(): Promise<void>;
  /** Starts executing checks when they are due, until stopped. */
  start(): void;
  /**
   * For use without the loop, as under cron: executes the checks that are due, waits for the answers within a bound,
   * and stores them. Returns whether the health of any instance has changed. Does nothing if the loop runs.
   */
  runDue(): Promise<boolean>;
  /** Resolves when no check is under way. */
  idle(): Promise<void>;
  /** Executes no more checks, and stores what is known within `boundMs`. */
  stop(boundMs: number): Promise<void>;
}

const usualPlaces: PlaceLimits = { each: 8, all: 128 };
// Checks that fall due within this time are executed together: with thousands of checks the loop would never sleep.
const grainMs = 25;
const longestRestMs = 60_000;

/** Makes a prober that is not started. */
export function makeProber(ports: ProberPorts, options: ProberOptions = {}): Prober {
  const { clock, records, wake } = ports;
  const { places: limits = usualPlaces, staleMs = 120_000, runMs = 30_000 } = options;
  const roster = makeRoster();
  const place = makePlaces(limits);
  const stopping = makeStop();
  const underWay = new Set<Promise<void>>();
  let rouse: (() => void) | null = null;
  const keeper = makeKeeper(ports, () => rouse?.());
  let loop: Promise<void> | null = null;
  let watchedAt = Number.NEGATIVE_INFINITY;
  let changes = 0;

  const isStale = (now: number): boolean => now - watchedAt > staleMs;

  const take = (watched: Watched, asked: Asked, answer: Awaited<ReturnType<typeof ask>>) => {
    const before = asked.state;
    asked.lastAt = answer.at;
    asked.state = foldAnswer(before, asked.check, answer);
    asked.answers = [...asked.answers, answer].slice(-answersKept);
    const { state: after, recovers } = asked;
    const event = newsOf(watched.target, asked.check, { before, after, recovers, at: clock.now() });
    asked.recovers &&= after.verdict !== 'passing';
    if (event) keeper.tell(event);
    const isNews = before.verdict !== asked.state.verdict;
    const isSteady = answer.ok === true && asked.state.verdict === 'passing';
    keeper.mark(watched, isNews ? 'news' : isSteady ? 'steady' : 'counting');
    if (roster.judge(watched)) {
      changes += 1;
      const { uid } = watched.target;
      // The event, which says why, is stored before the reconciler acts on the change.
      if (event) void keeper.flush('due').then(() => wake(uid));
      else wake(uid);
    }
    if (isNews) rouse?.();
  };

  const begin = (watched: Watched, asked: Asked) => {
    const question = makeStop();
    asked.cancel = question.stop;
    const work = place(watched.target.uid, async () => {
      if (question.signal.aborted) return;
      const { target } = watched;
      const answer = await ask({ check: asked.check, target, signal: question.signal }, ports);
      if (!question.signal.aborted) take(watched, asked, answer);
    }).finally(() => {
      if (asked.cancel === question.stop) asked.cancel = null;
      underWay.delete(work);
    });
    underWay.add(work);
  };

  /** Begins the checks that are due; returns when the next one is, ms since 1970. */
  const round = (now: number): number => {
    let next = now + longestRestMs;
    if (isStale(now)) return next;
    roster.each((watched, asked) => {
      const { check, state } = asked;
      if (isAstray(asked.dueAt, check, now)) asked.dueAt = firstDueAt(asked.key, now);
      if (asked.dueAt <= now) {
        if (asked.cancel === null) begin(watched, asked);
        asked.dueAt += paceOf(check, state, now);
      }
      next = Math.min(next, asked.dueAt);
    });
    return next;
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      const now = clock.now();
      const next = round(now);
      const storeAt = keeper.dueAt();
      if (storeAt !== null && storeAt <= now) void keeper.flush('due');
      const until = Math.min(next, keeper.dueAt() ?? next);
      const resting = makeStop();
      rouse = resting.stop;
      await clock.sleep(Math.max(grainMs, until - now), resting.signal);
      rouse = null;
    }
  };

  /** Waits for work, but no longer than `ms`. */
  const within = async (ms: number, work: Promise<unknown>) => {
    const over = makeStop();
    await Promise.race([work.finally(over.stop), clock.sleep(ms, over.signal)]);
  };

  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };

  const cancelAll = () => roster.each((_watched, { cancel }) => cancel?.());

  return {
    known: roster.known,
    watch(targets) {
      const now = clock.now();
      const wasStale = isStale(now);
      watchedAt = now;
      const changed = roster.watch(targets, now);
      for (const watched of changed) keeper.mark(watched, watched.endedAt === null ? 'counting' : 'news');
      if (wasStale || changed.length > 0) rouse?.();
    },
    async of(uid) {
      const stored = await records.of(uid);
      // The process that watches knows more than the store, to which another process may have written.
      return isStale(clock.now()) ? stored : overlaid(stored, uid, roster);
    },
    async restore() {
      roster.restore(await records.all());
    },
    start() {
      loop ??= run();
    },
    async runDue() {
      if (loop !== null || stopping.signal.aborted) return false;
      const before = changes;
      const now = clock.now();
      roster.each((watched, asked) => {
        if (asked.cancel === null && isOverdue(asked.check, asked.lastAt, now)) begin(watched, asked);
      });
      await within(runMs, idle());
      cancelAll();
      await keeper.flush('all');
      return changes > before;
    },
    idle,
    async stop(boundMs) {
      stopping.stop();
      cancelAll();
      rouse?.();
      const end = async () => {
        await Promise.all([loop, idle()]);
        await keeper.flush('all');
      };
      await within(boundMs, end());
    },
  };
}

/** The stored records in order, replaced by what this process knows, together with those that it has not stored yet. */
function overlaid(stored: readonly HealthRecord[], uid: string, roster: Roster): readonly HealthRecord[] {
  const ids = new Set(stored.map(({ instanceId }) => instanceId));
  const known = stored.map((record) => {
    const watched = roster.find(record.instanceId);
    return watched && !watched.isRestored ? recordOf(watched) : record;
  });
  const more = roster.active().filter(({ target }) => target.uid === uid && !ids.has(target.instanceId));
  return [...known, ...more.map(recordOf)].sort(
    (a, b) => a.slot - b.slot || (a.endedAt ?? Number.MAX_VALUE) - (b.endedAt ?? Number.MAX_VALUE),
  );
}
