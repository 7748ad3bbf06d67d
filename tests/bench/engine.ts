/**
 * The engine measures, side by side: Ring against the engine's own limit and, where they are there, docker-compose and
 * Swarm. Rounds are interleaved, so that noise hits all alike; how one round goes is for engine-trials.ts.
 */

import type { BenchEngine } from './bench-engine.ts';
import type { Contender } from './contender.ts';
import { openCompose } from './contender-compose.ts';
import { openRaw, type RawConcurrency } from './contender-raw.ts';
import { openRingContender } from './contender-ring.ts';
import { openSwarm } from './contender-swarm.ts';
import {
  type Measure,
  measures,
  type Notes,
  runLargeRound,
  runRound,
  runSmallRound,
} from './engine-trials.ts';
import { type Findings, type Goal, median, pairedRatio, push, type Samples, spread } from './figures.ts';

/** What the engine measures need. */
export interface EngineBench {
  readonly engine: BenchEngine;
  /** An engine that may be switched to swarm mode; null without one. */
  readonly swarmEngine: BenchEngine | null;
  readonly cli: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const limits: readonly { readonly measure: Measure; readonly atMost: number }[] = [
  { measure: 'N = 1', atMost: 1.25 },
  { measure: 'N = 20', atMost: 1.1 },
  { measure: 'replace a killed one of 5', atMost: 1.2 },
  { measure: 'remove 20', atMost: 1.2 },
];

/** Everything noted of one contender. */
interface Column {
  readonly name: string;
  readonly engine: ReadonlyMap<Measure, number[]>;
  readonly api: ReadonlyMap<Measure, number[]>;
  readonly notes: Notes;
}

const makeColumn = (name: string): Column => {
  const engine = new Map<Measure, number[]>();
  const api = new Map<Measure, number[]>();
  const notes: Notes = {
    engine: (measure, seconds) => push(engine, measure, seconds),
    api: (measure, seconds) => push(api, measure, seconds),
  };
  return { name, engine, api, notes };
};

/** Measures all contenders. */
export const measureEngine = async (bench: EngineBench): Promise<Findings> => {
  const { engine, cli, rounds, say } = bench;
  const concurrency = await findConcurrency(bench);
  const columns = await measureRounds(bench, concurrency);
  const small = await measureNewNamespace(bench, concurrency);
  const forced = await measureForced(bench, concurrency);
  say('engine: done');
  const [ring, raw] = columns;
  if (!ring || !raw) throw new Error('Nobody was measured');
  const rows = [
    ...measures.map((measure) => row(measure, columns, (column) => column.engine.get(measure) ?? [])),
    row(
      'N = 1, the first of its namespace: the network is made too',
      small,
      ({ engine }) => engine.get('N = 1') ?? [],
    ),
    row(
      'remove 20, the engine by force (no grace), Ring as above',
      [ring, forced],
      ({ engine }) => engine.get('remove 20') ?? [],
    ),
  ];
  const saysRows = measures
    .filter((measure) => ring.api.has(measure))
    .map((measure) => [
      measure,
      spread(ring.engine.get(measure) ?? [], 3),
      spread(ring.api.get(measure) ?? [], 3),
    ]);
  return {
    goals: limits.map(
      ({ measure, atMost }): Goal => ({
        name: `${measure}: seconds, Ring to raw engine API`,
        measured: pairedRatio(ring.engine.get(measure), raw.engine.get(measure)),
        unit: '',
        target: { atMost },
      }),
    ),
    tables: [
      {
        title: 'Containers on an engine',
        notes: [
          `Seconds from the call until the engine's own events say that it is so, and its list agrees: median (smallest to largest) of ${rounds} interleaved rounds, begun by each in turn; removing counts two of each round. In brackets, the ratio to the raw engine API: the median of the ratios within each round.`,
          `The raw engine API is create and start (stop and remove) over its socket with nothing in between, at the concurrency that was fastest in trials before: ${concurrency.up} for making, ${concurrency.down} for removing. Its replacement of a killed container is a start as soon as the \`die\` event is heard.`,
          `All run the same image and process, which ends at once on SIGTERM, with the same grace of 10 s, in a bridge network that is there already unless said otherwise. The engine is ${engine.origin}. Ring is \`node ${cli} serve\` with its settings as they come, asked over HTTP.`,
        ],
        head: ['', ...columns.map(({ name }) => name)],
        rows: rows.map((cells) => [...cells, ...columns.slice(cells.length - 1).map(() => '-')]),
      },
      {
        title: 'When Ring says so itself',
        notes: [
          'Seconds from the same call until the engine says that it is so, and until `GET /deployments/{id}` says `running` with that many ready replicas (asked every 5 ms once the engine has said so).',
        ],
        head: ['', 'the engine', "Ring's API"],
        rows: saysRows,
      },
    ],
  };
};

/** One line of the table: the second column is the measuring stick. */
const row = (title: string, columns: readonly Column[], of: (column: Column) => Samples): string[] => {
  const stick = columns[1];
  return [
    title,
    ...columns.map((column) => {
      const samples = of(column);
      if (samples.length === 0) return '-';
      const times = column === stick || !stick ? '' : ` [${pairedRatio(samples, of(stick)).toFixed(2)}]`;
      return `${spread(samples, 2)}${times}`;
    }),
  ];
};

/** The concurrency at which the raw engine is fastest: the best median of three. */
const findConcurrency = async ({ engine, say }: EngineBench): Promise<RawConcurrency> => {
  const columns = new Map([1, 2, 4, 8].map((most) => [most, makeColumn(`${most}`)]));
  for (let round = 0; round < 3; round++) {
    for (const [most, { notes }] of columns) {
      const raw = await openRaw(engine.api, { concurrency: { up: most, down: most } });
      await runLargeRound(raw, notes);
      await raw.close();
    }
  }
  const best = (measure: Measure): number => {
    const medians = [...columns].map(([most, { engine: noted }]) => ({
      most,
      seconds: median(noted.get(measure) ?? []),
    }));
    return medians.sort((left, right) => left.seconds - right.seconds)[0]?.most ?? 4;
  };
  const found = { up: best('N = 20'), down: best('remove 20') };
  say(`engine: the raw API is fastest at ${found.up} (making) and ${found.down} (removing) at once`);
  return found;
};

async function measureRounds(bench: EngineBench, concurrency: RawConcurrency): Promise<readonly Column[]> {
  const { engine, swarmEngine, cli, rounds, say } = bench;
  const contenders: Contender[] = [];
  try {
    contenders.push(await openRingContender(engine.api, { cli, dockerHost: engine.host }));
    contenders.push(await openRaw(engine.api, { concurrency }));
    contenders.push(...((await openCompose(engine)) ?? []));
    if (swarmEngine) contenders.push(...((await openSwarm(swarmEngine)) ?? []));
    const columns = contenders.map(({ name }) => makeColumn(name));
    for (let round = 0; round < rounds; round++) {
      say(`engine: round ${round + 1} of ${rounds} with ${contenders.map(({ name }) => name).join(', ')}`);
      for (const [index, contender] of inTurn(contenders, round)) {
        const column = columns[index];
        if (column) await runRound(contender, column.notes, round);
      }
    }
    return columns;
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

/** The order of a round: each begins in its turn, so that nobody is always measured in the wake of the same one. */
const inTurn = (contenders: readonly Contender[], round: number): readonly [number, Contender][] => {
  const all = [...contenders.entries()];
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
};

async function measureNewNamespace(
  { engine, cli, rounds }: EngineBench,
  concurrency: RawConcurrency,
): Promise<readonly Column[]> {
  const ring = await openRingContender(engine.api, { cli, dockerHost: engine.host }, { ownNetwork: true });
  const raw = await openRaw(engine.api, { concurrency, ownNetwork: true });
  const columns = [makeColumn('Ring'), makeColumn('raw')];
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of inTurn([ring, raw], round)) {
      const column = columns[index];
      if (column) await runSmallRound(contender, column.notes);
    }
  }
  await ring.close();
  await raw.close();
  return columns;
}

async function measureForced({ engine, rounds }: EngineBench, concurrency: RawConcurrency): Promise<Column> {
  const raw = await openRaw(engine.api, { concurrency, down: 'force' });
  const column = makeColumn('raw, by force');
  for (let round = 0; round < Math.min(rounds, 3); round++) await runLargeRound(raw, column.notes);
  await raw.close();
  return column;
}
