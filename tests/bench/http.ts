/**
 * Requests per second, side by side: Ring with its loop running against a bare node:http server that answers with a
 * constant. Server and load are processes of their own on the same machine, so only the ratios carry far.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child } from './child.ts';
import { image } from './contender.ts';
import { atOnce } from './contender-raw.ts';
import { type Findings, median, pairedRatio, push, spread } from './figures.ts';
import { load, type Server, startBare } from './http-load.ts';
import { makeDataDir, openRingServer, type RingBuild, type RingServer } from './ring-server.ts';

/** What the HTTP measures need. */
export interface HttpBench {
  readonly build: RingBuild;
  readonly rounds: number;
  /** How long each load lasts. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

interface Endpoint {
  readonly name: string;
  readonly path: string;
  readonly atLeast: number;
}

const listed = 100;
const endpoints: readonly Endpoint[] = [
  { name: 'point read', path: '/deployments/bench-42', atLeast: 0.35 },
  { name: `list of ${listed}`, path: '/deployments', atLeast: 0.15 },
];

/** Measures a point read and a list. */
export const measureHttp = async (bench: HttpBench): Promise<Findings> => {
  const directory = await makeDataDir();
  const ring = await openRingServer(bench.build);
  const bare = await startBare();
  try {
    await seed(ring);
    const found: Compared[] = [];
    for (const endpoint of endpoints) found.push(await compare(endpoint, { ring, bare, directory }, bench));
    return report(found, bench);
  } finally {
    await bare.end();
    await ring.close();
    await rm(directory, { recursive: true, force: true });
  }
};

interface World {
  readonly ring: RingServer;
  readonly bare: Child;
  readonly directory: string;
}

interface Compared {
  readonly endpoint: Endpoint;
  readonly bytes: number;
  readonly perSecond: ReadonlyMap<string, number[]>;
  readonly cpuMicros: ReadonlyMap<string, number[]>;
}

async function compare(
  endpoint: Endpoint,
  { ring, bare, directory }: World,
  bench: HttpBench,
): Promise<Compared> {
  const { path, name } = endpoint;
  const { text } = await ring.api.ask({ method: 'GET', path });
  const file = join(directory, 'body.json');
  await writeFile(file, text);
  const twin = await startBare(file);
  const servers: readonly Server[] = [
    { key: 'ring', child: ring.child, path, authorization: ring.authorization },
    { key: 'bare', child: bare, path },
    { key: 'twin', child: twin, path },
  ];
  const [perSecond, cpuMicros] = [new Map<string, number[]>(), new Map<string, number[]>()];
  try {
    for (const server of servers) await load(server, 1);
    for (let round = 0; round < bench.rounds; round++) {
      bench.say(`http: ${name}, round ${round + 1} of ${bench.rounds}`);
      for (const server of servers) {
        const loaded = await load(server, bench.seconds);
        push(perSecond, server.key, loaded.perSecond);
        push(cpuMicros, server.key, loaded.cpuMicros);
      }
    }
  } finally {
    await twin.end();
  }
  return { endpoint, bytes: Buffer.byteLength(text), perSecond, cpuMicros };
}

/** Deployments without replicas: they are listed like others and need no engine. */
const seed = (ring: RingServer): Promise<void> =>
  atOnce(
    8,
    Array.from({ length: listed }, (_, index) => async () => {
      const body = { name: `bench-${index}`, image, replicas: 0, ports: [`${20_000 + index}:80`] };
      await ring.api.json({ method: 'POST', path: '/deployments', body });
    }),
  );

const report = (found: readonly Compared[], { rounds, seconds }: HttpBench): Findings => {
  const of = ({ perSecond }: Compared, key: string) => perSecond.get(key) ?? [];
  const ratio = (compared: Compared, key: string) => pairedRatio(of(compared, 'ring'), of(compared, key));
  const cost = ({ cpuMicros }: Compared, key: string) => median(cpuMicros.get(key) ?? []).toFixed(0);
  return {
    goals: found.map((compared) => ({
      name: `${compared.endpoint.name}: requests per second, Ring to bare node:http`,
      measured: ratio(compared, 'bare'),
      unit: '',
      target: { atLeast: compared.endpoint.atLeast },
    })),
    tables: [
      {
        title: 'HTTP',
        notes: [
          `Requests per second over 64 kept-alive connections: median (smallest to largest) of ${rounds} interleaved rounds of ${seconds} s; the ratio is the median of those within each round. Ring checks a token on every request and keeps reconciling meanwhile; the bare server answers everything with one short constant, or with one as long as Ring's answer. Server and load generator share the processors, so what a request costs the server's processor stands beside.`,
        ],
        head: [
          '',
          'bytes',
          'Ring',
          'bare, short',
          'ratio',
          'bare, same size',
          'ratio',
          'processor µs a request: Ring, bare, same size',
        ],
        rows: found.map((compared) => [
          compared.endpoint.name,
          String(compared.bytes),
          spread(of(compared, 'ring'), 0),
          spread(of(compared, 'bare'), 0),
          ratio(compared, 'bare').toFixed(2),
          spread(of(compared, 'twin'), 0),
          ratio(compared, 'twin').toFixed(2),
          ['ring', 'bare', 'twin'].map((key) => cost(compared, key)).join(', '),
        ]),
      },
    ],
  };
};
