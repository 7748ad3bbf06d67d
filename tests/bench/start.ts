/** Time to listening and idle memory: `ring serve` against a bare node:http server, started in turns. */
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, type Command, startChild } from './child.ts';
import { type Findings, pairedRatio, push, spread } from './figures.ts';
import { listening, makeDataDir, type RingBuild, ringCommand } from './ring-server.ts';

/** What the measures need. */
export interface StartBench {
  readonly build: RingBuild;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** The bare server's own figures where the wanted ones were set: a slower machine may take so much longer. */
const reference = { bareMs: 67, bareMb: 44, ringMs: 250, ringMb: 80 };
const idleMs = 5_000;

/** Measures both. */
export const measureStart = async ({ build, rounds, say }: StartBench): Promise<Findings> => {
  const startMs = new Map<string, number[]>();
  const residentMb = new Map<string, number[]>();
  const cpuMs = new Map<string, number[]>();
  const bare: Command = { program: process.execPath, args: ['.cache/bench/bare-server.js'] };
  for (let round = 0; round < rounds; round++) {
    say(`start: round ${round + 1} of ${rounds}`);
    const dataDir = await makeDataDir();
    const ring = ringCommand(build, dataDir);
    const first = await startChild(ring, listening);
    push(startMs, 'first', first.startMs);
    await first.end();
    const running = new Map<string, Child>();
    for (const [key, command] of [
      ['bare', bare],
      ['ring', ring],
    ] as const) {
      const child = await startChild(command, listening);
      running.set(key, child);
      push(startMs, key, child.startMs);
    }
    await wait(idleMs);
    for (const [key, child] of running) {
      push(residentMb, key, child.residentMb());
      push(cpuMs, key, child.cpuMs());
      await child.end();
    }
    await rm(dataDir, { recursive: true, force: true });
  }
  const of = (samples: Map<string, number[]>, key: string) => samples.get(key) ?? [];
  const scaled = (samples: Map<string, number[]>, from: number) =>
    pairedRatio(samples.get('ring'), samples.get('bare')) * from;
  return {
    goals: [
      {
        name: `time to listening, where the bare server takes ${reference.bareMs} ms`,
        measured: scaled(startMs, reference.bareMs),
        unit: ' ms',
        target: { atMost: reference.ringMs },
      },
      {
        name: `idle memory, where the bare server takes ${reference.bareMb} MB`,
        measured: scaled(residentMb, reference.bareMb),
        unit: ' MB',
        target: { atMost: reference.ringMb },
      },
    ],
    tables: [
      {
        title: 'Start and idle',
        notes: [
          `Milliseconds from the start of the process to the line that says it listens, and resident memory (MB of 10^6 bytes) and processor time so far after ${idleMs / 1000} s without a request: median (smallest to largest) of ${rounds} rounds, in turns. The figures to reach were set on a machine where the bare server takes ${reference.bareMs} ms and ${reference.bareMb} MB; above, Ring's ratio to the bare server is applied to those.`,
        ],
        head: [
          '',
          'bare node:http',
          'ring serve',
          'ratio',
          'ring serve, the first time (database and keys are made)',
        ],
        rows: [
          [
            'ms to listening',
            spread(of(startMs, 'bare'), 0),
            spread(of(startMs, 'ring'), 0),
            ratioOf(startMs),
            spread(of(startMs, 'first'), 0),
          ],
          [
            'MB when idle',
            spread(of(residentMb, 'bare'), 1),
            spread(of(residentMb, 'ring'), 1),
            ratioOf(residentMb),
            '-',
          ],
          [
            'ms of processor time',
            spread(of(cpuMs, 'bare'), 0),
            spread(of(cpuMs, 'ring'), 0),
            ratioOf(cpuMs),
            '-',
          ],
        ],
      },
    ],
  };
};

const ratioOf = (samples: ReadonlyMap<string, number[]>): string =>
  pairedRatio(samples.get('ring'), samples.get('bare')).toFixed(2);
