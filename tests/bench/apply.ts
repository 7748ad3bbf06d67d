/**
 * How soon `ring apply --wait` ends after the truth changed: from the instant that Ring records as the end of the rollout,
 * or as its failure, to the end of the command's process.
 */
import { spawn } from 'node:child_process';
import type { BenchEngine } from './bench-engine.ts';
import { graceSeconds, image } from './contender.ts';
import { until } from './contender-ring.ts';
import { type Findings, median, spread } from './figures.ts';
import { field } from './json-http.ts';
import { openRingServer, type RingServer } from './ring-server.ts';

/** What the measure needs. */
export interface ApplyBench {
  readonly engine: BenchEngine;
  readonly cli: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const namespace = 'bench-apply';
const path = `/deployments/web.${namespace}`;
const mostMs = 500;

/** Measures applies that come up and applies that fail, in turns. */
export const measureApply = async ({ engine, cli, rounds, say }: ApplyBench): Promise<Findings> => {
  const ring = await openRingServer({ cli, dockerHost: engine.host });
  const [good, bad]: [number[], number[]] = [[], []];
  try {
    await apply(ring, cli, { round: 0 });
    for (let round = 1; round <= rounds; round++) {
      say(`apply: round ${round} of ${rounds}`);
      good.push((await apply(ring, cli, { round })) - (await instantOf(ring, 'RolloutCompleted')));
      bad.push(
        (await apply(ring, cli, { round, command: ['false'] })) - (await instantOf(ring, 'RolloutFailed')),
      );
    }
    await ring.api.json({ method: 'DELETE', path });
    await until(async () => (await ring.api.ask({ method: 'GET', path })).status === 404);
  } finally {
    await ring.close();
  }
  return report(good, bad);
};

interface Revision {
  readonly round: number;
  /** A command that fails; without one the image's own. */
  readonly command?: readonly string[];
}

/** Applies a revision and waits; resolves to the instant when the command's process ended, ms since 1970. */
const apply = async (ring: RingServer, cli: string, { round, command }: Revision): Promise<number> => {
  const web = {
    image,
    ...(command && { command }),
    environment: { ROUND: String(round) },
    stop_grace: `${graceSeconds}s`,
    update: { min_healthy_time: '500ms', drain_delay: '0s' },
  };
  const env = {
    ...process.env,
    RING_URL: `http://127.0.0.1:${ring.port}`,
    RING_TOKEN: ring.authorization.replace('Bearer ', ''),
  };
  const child = spawn(process.execPath, [cli, 'apply', '-f', '-', '--wait'], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.end(JSON.stringify({ namespace, deployments: { web } }));
  const { code, at } = await new Promise<{ code: number | null; at: number }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (ended) => resolve({ code: ended, at: Date.now() }));
  });
  const wanted = command ? 7 : 0;
  if (code !== wanted) throw new Error(`ring apply --wait ended with ${code}, not ${wanted}:\n${said}`);
  return at;
};

/** When such an event was recorded last, ms since 1970. */
const instantOf = async ({ api }: RingServer, reason: string): Promise<number> => {
  const events = await api.json({ method: 'GET', path: `${path}/events?limit=1000` });
  const times = (Array.isArray(events) ? events : [])
    .filter((event) => field(event, 'reason') === reason)
    .map((event) => Date.parse(String(field(event, 'timestamp'))));
  if (times.length === 0) throw new Error(`No event ${reason} was recorded`);
  return Math.max(...times);
};

const report = (good: readonly number[], bad: readonly number[]): Findings => ({
  goals: [
    {
      name: 'ring apply --wait: from the end of the rollout to the end of the command',
      measured: median(good),
      unit: ' ms',
      target: { atMost: mostMs },
    },
    {
      name: 'ring apply --wait: from the failure of the rollout to the end of the command',
      measured: median(bad),
      unit: ' ms',
      target: { atMost: mostMs },
    },
  ],
  tables: [
    {
      title: 'Waiting for an apply',
      notes: [
        `Milliseconds from the instant that Ring records to the end of the process of \`ring apply --wait\`, which has then printed the result, or the reason and the last log lines: median (smallest to largest) of ${good.length} rounds, in turns.`,
      ],
      head: ['', 'ms'],
      rows: [
        ['the new version runs', spread(good, 0)],
        ['the new version fails', spread(bad, 0)],
      ],
    },
  ],
});
