/** Time to listening and idle memory: `ring serve` against a bare node:http server, started in turns. */
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, type Command, startChild } from './child.ts';
import { type Findings, pairedRatio, push, spread } from './figures.ts';
import { listening, makeDataDir, type RingBuild, ringCommand, withPassword } from './ring-server.ts';

/** What the measures need. */
export interface StartBench {
  readonly build: RingBuild;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** What the bare server took where the wanted figures were set, and what Ring may take there. */
const reference = { bareMs: 67, bareMb: 44, ringMs: 250, ringMb: 80 };
const idleMs = 5_000;

type Key = 'bare' | 'ring' | 'first' | 'secured';

interface Measured {
  readonly startMs: Map<Key, number[]>;
  readonly residentMb: Map<Key, number[]>;
  readonly cpuMs: Map<Key, number[]>;
}

/** Measures both. */
export const measureStart = async ({ build, rounds, say }: StartBench): Promise<Findings> => {
  const measured: Measured = { startMs: new Map(), residentMb: new Map(), cpuMs: new Map() };
  for (let round = 0; round < rounds; round++) {
    say(`start: round ${round + 1} of ${rounds}`);
    await runRound(build, measured);
  }
  return report(measured, rounds);
};

async function runRound(build: RingBuild, measured: Measured): Promise<void> {
  const dataDir = await makeDataDir();
  const ring = ringCommand(build, dataDir);
  const start = async (key: Key, command: Command): Promise<Child> => {
    const child = await startChild(command, listening);
    push(measured.startMs, key, child.startMs);
    return child;
  };
  await (await start('first', ring)).end();
  const running: readonly (readonly [Key, Child])[] = [
    ['bare', await start('bare', { program: process.execPath, args: ['.cache/bench/bare-server.js'] })],
    ['ring', await start('ring', ring)],
  ];
  await wait(idleMs);
  for (const [key, child] of running) {
    push(measured.residentMb, key, child.residentMb());
    push(measured.cpuMs, key, child.cpuMs());
    await child.end();
  }
  // The first of these gives the password its place, every later one finds it there.
  await (await startChild(withPassword(ring), listening)).end();
  await (await start('secured', withPassword(ring))).end();
  await rm(dataDir, { recursive: true, force: true });
}

function report({ startMs, residentMb, cpuMs }: Measured, rounds: number): Findings {
  const ratio = (samples: ReadonlyMap<Key, number[]>) =>
    pairedRatio(samples.get('ring'), samples.get('bare'));
  const row = (title: string, samples: ReadonlyMap<Key, number[]>, digits: number): string[] => [
    title,
    spread(samples.get('bare') ?? [], digits),
    spread(samples.get('ring') ?? [], digits),
    ratio(samples).toFixed(2),
    ...(['first', 'secured'] as const).map((key) => spread(samples.get(key) ?? [], digits)),
  ];
  return {
    goals: [
      {
        name: `time to listening, where the bare server takes ${reference.bareMs} ms`,
        measured: ratio(startMs) * reference.bareMs,
        unit: ' ms',
        target: { atMost: reference.ringMs },
      },
      {
        name: `idle memory, where the bare server takes ${reference.bareMb} MB`,
        measured: ratio(residentMb) * reference.bareMb,
        unit: ' MB',
        target: { atMost: reference.ringMb },
      },
    ],
    tables: [
      {
        title: 'Start and idle',
        notes: [
          `Milliseconds from the start of the process to the line that says it listens, and resident memory (MB of 10^6 bytes) and processor time so far after ${idleMs / 1000} s without a request: median (smallest to largest) of ${rounds} rounds, in turns; ratios are taken within each round. The figures to reach were set on a machine where the bare server takes ${reference.bareMs} ms and ${reference.bareMb} MB: above, Ring's ratio to the bare server is applied to those.`,
        ],
        head: [
          '',
          'bare node:http',
          'ring serve',
          'ratio',
          'the first time: database and keys are made',
          'with RING_ADMIN_PASSWORD set',
        ],
        rows: [
          row('ms to listening', startMs, 0),
          row('MB when idle', residentMb, 1),
          row('ms of processor time', cpuMs, 0),
        ],
      },
    ],
  };
}
