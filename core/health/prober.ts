/**
 * Asks every instance that is watched, each check when it is due, beside the ticks. Decides what is asked when and
 * what is told to whom; what answers mean is verdict.ts's, who is watched roster.ts's, and what is done about it the
 * reconciler's.
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

/** What probing needs of the world. */
export interface ProberPorts extends AskPorts, KeeperPorts {
  readonly records: HealthRecords;
  /** Called with the uid of a deployment when the health of one of its instances is another. */
  readonly wake: Wake;
}

/** How much at once, and how long without being told what to watch; times in ms. */
export interface ProberOptions {
  readonly places?: PlaceLimits;
  /** Nothing is asked any more when nobody said for so long whom to watch: somebody else may be at it. */
  readonly staleMs?: number;
  /** How long a run of its own waits for what it asked. */
  readonly runMs?: number;
}

/** Watches the health of instances, and says what was answered. */
export interface Prober extends HealthWatch, Pick<HealthRecords, 'of'> {
  /** Takes over what an earlier process stored. Once, before anything is watched. */
  restore(): Promise<void>;
  /** Asks what is due from now on, until stopped. */
  start(): void;
  /**
   * Without the loop, as in cron: asks what is due now, waits for the answers within a bound and stores them. Says
   * whether the health of any instance is another. Does nothing where the loop runs.
   */
  runDue(): Promise<boolean>;
  /** Resolves when no question is under way. */
  idle(): Promise<void>;
  /** Asks nothing more, and stores within boundMs what is known. */
  stop(boundMs: number): Promise<void>;
}

const usualPlaces: PlaceLimits = { each: 8, all: 128 };
// What falls due within this time is asked together: with thousands of checks the loop would never rest.
const grainMs = 25;
const longestRestMs = 60_000;

/** A prober at rest. */
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
      // Why comes before what is done about it.
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

  /** Begins what is due; says when the next is. */
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

  /** Waits for work, but no longer than that. */
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
      // Whoever watches knows better than the store, which somebody else may be writing otherwise.
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

/** Stored records, in their order, with what this process knows in their place, and those it has not stored yet. */
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
