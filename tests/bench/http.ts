/**
 * Requests per second, side by side: Ring with its loop running against a bare node:http server that answers with a
 * constant. Server and load are processes of their own on the same machine, so only the ratios carry far.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd, startChild } from './child.ts';
import { image } from './contender.ts';
import { atOnce } from './contender-raw.ts';
import { type Findings, median, push, spread } from './figures.ts';
import { field } from './json-http.ts';
import {
  listening,
  makeDataDir,
  openRingServer,
  portOf,
  type RingBuild,
  type RingServer,
} from './ring-server.ts';

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

/** Something under load. */
interface Server {
  readonly key: string;
  readonly url: string;
  readonly authorization?: string;
}

/** Measures a point read and a list. */
export const measureHttp = async (bench: HttpBench): Promise<Findings> => {
  const directory = await makeDataDir();
  const ring = await openRingServer(bench.build);
  const bare = await startBare();
  try {
    await seed(ring);
    const found: Compared[] = [];
    for (const endpoint of endpoints)
      found.push(await compare(endpoint, { ring, bareUrl: bare.url, directory }, bench));
    return report(found, bench);
  } finally {
    await bare.end();
    await ring.close();
    await rm(directory, { recursive: true, force: true });
  }
};

interface World {
  readonly ring: RingServer;
  readonly bareUrl: string;
  readonly directory: string;
}

interface Compared {
  readonly endpoint: Endpoint;
  readonly bytes: number;
  readonly perSecond: ReadonlyMap<string, number[]>;
}

async function compare(
  endpoint: Endpoint,
  { ring, bareUrl, directory }: World,
  bench: HttpBench,
): Promise<Compared> {
  const { text } = await ring.api.ask({ method: 'GET', path: endpoint.path });
  const file = join(directory, 'body.json');
  await writeFile(file, text);
  const twin = await startBare(file);
  const servers: readonly Server[] = [
    { key: 'ring', url: `http://127.0.0.1:${ring.port}${endpoint.path}`, authorization: ring.authorization },
    { key: 'bare', url: bareUrl },
    { key: 'twin', url: twin.url },
  ];
  const perSecond = new Map<string, number[]>();
  try {
    for (const server of servers) await load(server, 1);
    for (let round = 0; round < bench.rounds; round++) {
      bench.say(`http: ${endpoint.name}, round ${round + 1} of ${bench.rounds}`);
      for (const server of servers) push(perSecond, server.key, await load(server, bench.seconds));
    }
  } finally {
    await twin.end();
  }
  return { endpoint, bytes: Buffer.byteLength(text), perSecond };
}

/** Requests answered per second; rejects when one was refused. */
async function load({ url, authorization }: Server, seconds: number): Promise<number> {
  const args = ['.cache/bench/load.js', url, String(seconds), ...(authorization ? [authorization] : [])];
  const result: unknown = JSON.parse(await runToEnd({ program: process.execPath, args }));
  if (field(result, 'failed') !== 0) throw new Error(`${url}: ${field(result, 'failed')} requests failed`);
  return Number(field(result, 'perSecond'));
}

async function startBare(
  file?: string,
): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const args = ['.cache/bench/bare-server.js', ...(file === undefined ? [] : [file])];
  const child = await startChild({ program: process.execPath, args }, listening);
  return { url: `http://127.0.0.1:${portOf(child)}/`, end: child.end };
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
  const ratio = (compared: Compared, key: string) => median(of(compared, 'ring')) / median(of(compared, key));
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
          `Requests per second over 64 kept-alive connections: median (smallest to largest) of ${rounds} interleaved rounds of ${seconds} s. Ring checks a token on every request and keeps reconciling meanwhile; the bare server answers everything with one short constant, or with one as long as Ring's answer. Server and load generator share the processors.`,
        ],
        head: ['', 'bytes', 'Ring', 'bare, short', 'ratio', 'bare, same size', 'ratio'],
        rows: found.map((compared) => [
          compared.endpoint.name,
          String(compared.bytes),
          spread(of(compared, 'ring'), 0),
          spread(of(compared, 'bare'), 0),
          ratio(compared, 'bare').toFixed(2),
          spread(of(compared, 'twin'), 0),
          ratio(compared, 'twin').toFixed(2),
        ]),
      },
    ],
  };
};
