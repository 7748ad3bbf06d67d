/** One round of the engine measures on one contender, timed by what the engine says. Comparing them is for engine.ts. */
import type { Contender } from './contender.ts';
import { type EngineWatch, openWatch } from './engine-watch.ts';

/** What is measured, in the order of the tables. */
export const measures = [
  'N = 1',
  'N = 5',
  'N = 20',
  '1 to 20',
  'replace a killed one of 5',
  'remove 20',
] as const;

/** One measure; `says` is when the contender itself says so. */
export type Measure = (typeof measures)[number];

/** Where a round notes its seconds. */
export interface Notes {
  /** Until the engine says so. */
  engine(measure: Measure, seconds: number): void;
  /** Until the contender's own API says so. */
  api(measure: Measure, seconds: number): void;
}

/** Runs all measures once, from nothing to nothing. */
export const runRound = async (contender: Contender, notes: Notes, round: number): Promise<void> => {
  const watch = await openWatch(contender.engine, contender.label);
  try {
    const steps = { contender, watch, notes };
    await up(steps, 'N = 1', 1);
    await scale(steps);
    await down(steps, 'remove 20');
    await up(steps, 'N = 5', 5);
    await replace(steps, round % 5);
    await down(steps, null);
    await up(steps, 'N = 20', 20);
    await down(steps, 'remove 20');
  } finally {
    watch.close();
  }
};

/** Only the smallest group, up and down again. */
export const runSmallRound = async (contender: Contender, notes: Notes): Promise<void> => {
  const watch = await openWatch(contender.engine, contender.label);
  try {
    const steps = { contender, watch, notes };
    await up(steps, 'N = 1', 1);
    await down(steps, null);
  } finally {
    watch.close();
  }
};

/** Only 20 at once, up and down again. */
export const runLargeRound = async (contender: Contender, notes: Notes): Promise<void> => {
  const watch = await openWatch(contender.engine, contender.label);
  try {
    const steps = { contender, watch, notes };
    await up(steps, 'N = 20', 20);
    await down(steps, 'remove 20');
  } finally {
    watch.close();
  }
};

interface Steps {
  readonly contender: Contender;
  readonly watch: EngineWatch;
  readonly notes: Notes;
}

const up = (steps: Steps, measure: Measure, count: number): Promise<void> =>
  timed(steps, { measure, count, ask: () => steps.contender.up(count) });

const scale = (steps: Steps): Promise<void> =>
  timed(steps, { measure: '1 to 20', count: 20, ask: () => steps.contender.scale(1, 20) });

interface Asked {
  readonly measure: Measure;
  readonly count: number;
  readonly ask: () => Promise<void>;
}

async function timed({ contender, watch, notes }: Steps, { measure, count, ask }: Asked): Promise<void> {
  const began = performance.now();
  const asked = ask();
  const [reached] = await Promise.all([watch.running(count), asked]);
  notes.engine(measure, (reached - began) / 1000);
  await said({ contender, watch, notes }, { measure, count, began });
  await confirm(contender, count);
}

async function said(
  { contender, notes }: Steps,
  { measure, count, began }: { readonly measure: Measure; readonly count: number; readonly began: number },
): Promise<void> {
  if (!contender.saysRunning) return;
  await contender.saysRunning(count);
  notes.api(measure, (performance.now() - began) / 1000);
}

/** The events are only believed where the list says the same. */
async function confirm({ engine, label, name }: Contender, count: number): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ['running'] }));
  const found = await engine.json({ method: 'GET', path: `/containers/json?filters=${filters}` });
  const running = Array.isArray(found) ? found.length : 0;
  if (running !== count) throw new Error(`${name}: ${count} should run, ${running} do`);
}

async function replace(steps: Steps, index: number): Promise<void> {
  const { contender, watch, notes } = steps;
  const measure = 'replace a killed one of 5';
  const victim = watch.ids()[index];
  const death = watch.nextDeath();
  const began = performance.now();
  const killed = contender.engine.json({ method: 'POST', path: `/containers/${victim}/kill` });
  const { id } = await death;
  // What runs again after the death; the count passes through one less first.
  const again = watch.running(5);
  const [reached] = await Promise.all([again, contender.replace?.(id, 5), killed]);
  notes.engine(measure, (reached - began) / 1000);
  await said(steps, { measure, count: 5, began });
  await confirm(contender, 5);
}

async function down({ contender, watch, notes }: Steps, measure: Measure | null): Promise<void> {
  const began = performance.now();
  const [, gone] = await Promise.all([contender.down(), watch.gone()]);
  if (measure) notes.engine(measure, (gone - began) / 1000);
  await contender.settled?.();
}
