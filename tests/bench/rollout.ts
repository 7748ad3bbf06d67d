/** A rollout, side by side: Ring against the engine doing the same steps, in turns, each from its call to its end. */
import type { BenchEngine } from './bench-engine.ts';
import { type Findings, pairedRatio, push, secondsSince, spread } from './figures.ts';
import { field } from './json-http.ts';
import { openRawRoller, openRingRoller, type Roller, terms } from './rolling.ts';

/** What the measure needs. */
export interface RolloutBench {
  readonly engine: BenchEngine;
  readonly cli: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Measures both. */
export const measureRollout = async ({ engine, cli, rounds, say }: RolloutBench): Promise<Findings> => {
  const seconds = new Map<string, number[]>();
  const rollers: Roller[] = [];
  try {
    rollers.push(await openRingRoller({ cli, dockerHost: engine.host }), await openRawRoller(engine.api));
    for (let round = 0; round < rounds; round++) {
      say(`rollout: round ${round + 1} of ${rounds}`);
      for (const roller of rollers) {
        const began = performance.now();
        await roller.roll(round + 2);
        push(seconds, roller.name, secondsSince(began));
        await confirm(engine, roller);
      }
    }
  } finally {
    for (const roller of rollers) await roller.close();
  }
  return report(rollers, seconds, rounds);
};

/** The end is only believed where the engine's list says the same: as many as there shall be, and nothing besides. */
async function confirm({ api }: BenchEngine, { label, name }: Roller): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const found = await api.json({ method: 'GET', path: `/containers/json?all=true&filters=${filters}` });
  const states = Array.isArray(found) ? found.map((one) => String(field(one, 'State'))) : [];
  const isRight = states.length === terms.replicas && states.every((state) => state === 'running');
  if (!isRight) throw new Error(`${name}: after the rollout there are ${states.join(', ')}`);
}

const report = (
  rollers: readonly Roller[],
  seconds: ReadonlyMap<string, number[]>,
  rounds: number,
): Findings => {
  const [ring = [], raw = []] = rollers.map(({ name }) => seconds.get(name) ?? []);
  const ratio = pairedRatio(ring, raw);
  const { replicas, atOnce, minHealthy, drainDelay } = terms;
  return {
    goals: [
      {
        name: `a rollout of ${replicas} replicas: seconds, Ring to the raw engine API doing the same steps`,
        measured: ratio,
        unit: '',
        target: { atMost: 1.3 },
      },
    ],
    tables: [
      {
        title: 'A rollout',
        notes: [
          `Seconds to bring ${replicas} running replicas to another revision, from the call until Ring's API says \`completed\` (asked every 5 ms), or the last call to the raw engine has ended; its list agrees: median (smallest to largest) of ${rounds} interleaved rounds. In brackets, the ratio: the median of those within each round.`,
          `Both do the same for each replica, ${atOnce} at once and the next as soon as one is done: create without a name in the network and start, wait until it has been up for ${minHealthy} s by the engine's own clock, join under the service's name, take the name from the old one, let it go on for ${drainDelay} s, stop and remove it. ${Math.ceil(replicas / atOnce)} times ${minHealthy + drainDelay} s of all that are waits.`,
        ],
        head: ['', ...rollers.map(({ name }) => name)],
        rows: [[`${replicas} replicas`, `${spread(ring, 2)} [${ratio.toFixed(2)}]`, spread(raw, 2)]],
      },
    ],
  };
};
