/**
 * The health watch of a simulated world, with images whose processes fail: `app:crash` ends soon after each start,
 * `app:sick` never passes its checks, both until they are cured. Single instances can fail as well.
 */
import type { Health } from '../../core/health/check.ts';
import type { HealthTarget, HealthWatch } from '../../core/health/watch.ts';
import type { Instance } from '../../core/runtime.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Who is well and who is not. */
export interface Patients {
  readonly health: HealthWatch;
  /** Whether an instance's checks pass by now. */
  isPassing(instance: Instance): boolean;
  /** Whether it was cured only just now. */
  wasIllJustNow(instance: Instance): boolean;
  /** Whether it fell ill only just now. */
  fellIllJustNow(instance: Instance): boolean;
  /** A process began: one that is to crash will. */
  begun(id: string): void;
  /** Its checks fail from now on. */
  sicken(id: string): void;
  /** All are well from now on. */
  cure(): void;
}

const crashesAfterMs = 400;
const readyAfterMs = 300;
/** How long work that was begun for somebody's health may go on once that has changed. */
const heedMs = 5_000;

/** Makes them, all well but for the two images. */
export function makePatients({
  engine,
  clock,
  wake,
}: {
  readonly engine: FakeRuntime;
  readonly clock: VirtualClock;
  readonly wake: () => void;
}): Patients {
  const imageIds = {
    crash: engine.images.publish('app:crash').imageId,
    sick: engine.images.publish('app:sick').imageId,
  };
  /** Since when each is ill, ms since 1970. */
  const ill = new Map<string, number>();
  let targets: readonly HealthTarget[] = [];
  let watched = new Set<string>();
  let isCured = false;
  let curedAt = 0;

  const wasIll = ({ id, imageId }: Pick<Instance, 'id' | 'imageId'>): boolean =>
    imageId === imageIds.sick || ill.has(id);
  const isWell = (instance: Pick<Instance, 'id' | 'imageId'>): boolean => isCured || !wasIll(instance);

  const find = (id: string) => engine.peek().find((one) => one.id === id || one.containerName === id);

  function healthOf({ instanceId, startedAt, checks }: HealthTarget): Health {
    const instance = find(instanceId);
    const isAsked = checks.some(({ readiness }) => readiness);
    if (instance && !isWell(instance)) return illHealth(checks, isAsked);
    const isEarly = startedAt === null || clock.now() - startedAt < readyAfterMs;
    return { ready: isEarly && isAsked ? null : true, failing: null, unreadyReason: null };
  }

  /** Its process ends again and again, for as long as something starts it again. */
  async function crash(id: string): Promise<void> {
    for (;;) {
      await clock.sleep(crashesAfterMs);
      const instance = find(id);
      if (isCured || instance?.state !== 'running') return;
      engine.exit(instance.id, 1);
      if (find(id)?.state !== 'running') return;
    }
  }

  return {
    health: {
      known: () => new Map(targets.map((target) => [target.instanceId, healthOf(target)])),
      watch(next) {
        targets = next;
        const before = watched;
        watched = new Set(next.map(({ instanceId, startedAt }) => `${instanceId}@${startedAt}`));
        if ([...watched].some((one) => !before.has(one))) void clock.sleep(readyAfterMs).then(wake);
      },
    },
    isPassing: (instance) =>
      isWell(instance) && instance.startedAt !== null && clock.now() - instance.startedAt >= readyAfterMs,
    wasIllJustNow: (instance) => wasIll(instance) && clock.now() - curedAt < heedMs,
    fellIllJustNow: ({ id }) => clock.now() - (ill.get(id) ?? Number.NEGATIVE_INFINITY) < heedMs,
    begun(id) {
      if (find(id)?.imageId === imageIds.crash) void crash(id);
    },
    sicken(id) {
      ill.set(id, clock.now());
      wake();
    },
    cure() {
      isCured = true;
      curedAt = clock.now();
      engine.images.publish('app:missing');
      wake();
    },
  };
}

const why = 'GET / answered 500';

const illHealth = (checks: HealthTarget['checks'], isAsked: boolean): Health => ({
  ready: !isAsked,
  failing: checks.some(({ onFailure }) => onFailure === 'restart') ? why : null,
  unreadyReason: isAsked ? why : null,
});
