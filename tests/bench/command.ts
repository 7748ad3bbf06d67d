/** Time to `ring --help` and to the help of one command, against Node doing nothing: what every client command pays first. */
import { spawnSync } from 'node:child_process';
import { type Findings, pairedRatio, spread } from './figures.ts';
import type { RingBuild } from './ring-server.ts';

/** What the measure needs. */
export interface CommandBench {
  readonly build: Pick<RingBuild, 'cli'>;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const most = 4;

/** Measures all three in turns. */
export const measureCommand = ({ build: { cli }, rounds, say }: CommandBench): Findings => {
  const nothing: number[] = [];
  const help: number[] = [];
  const get: number[] = [];
  for (let round = 0; round < rounds; round++) {
    say(`command: round ${round + 1} of ${rounds}`);
    nothing.push(timeOf(['-e', '0']));
    help.push(timeOf([cli, '--help']));
    get.push(timeOf([cli, 'get', '--help']));
  }
  const row = (title: string, samples: readonly number[]) => [
    title,
    spread(samples, 0),
    pairedRatio(samples, nothing).toFixed(2),
  ];
  return {
    goals: [
      {
        name: 'ring --help, beside node -e 0',
        measured: pairedRatio(help, nothing),
        unit: ' x',
        target: { atMost: most },
      },
    ],
    tables: [
      {
        title: 'The command',
        notes: [
          `Milliseconds from the start of the process to its end: median (smallest to largest) of ${rounds} rounds, in turns; ratios are taken within each round.`,
        ],
        head: ['', 'ms', 'ratio'],
        rows: [row('node -e 0', nothing), row('ring --help', help), row('ring get --help', get)],
      },
    ],
  };
};

function timeOf(args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}
