/**
 * `npm run bench`: measures everything side by side in one run and writes docs/BENCHMARKS.md. Options:
 * `--only engine,rollout,apply,http,start,tick`, `--rounds <n>`, `--quick`, `--install` (docker-compose from Debian),
 * `--host-engine`, `--deployments 1000` (for the tick; 1000,10000 by default), `--no-write`, `--cli <path>`.
 */
import { parseArgs } from 'node:util';
import { measureApply } from './apply.ts';
import { type BenchEngine, canOwnEngines, openBenchEngine, openHostEngine } from './bench-engine.ts';
import { runToEnd } from './child.ts';
import { measureCommand } from './command.ts';
import { readConditions } from './conditions.ts';
import { measureEngine } from './engine.ts';
import type { Findings } from './figures.ts';
import { measureHttp } from './http.ts';
import { details, summary, writeReport } from './report.ts';
import { measureRollout } from './rollout.ts';
import { measureStart } from './start.ts';
import { measureTick } from './tick.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'engine,rollout,apply,http,start,tick' },
    rounds: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
    'host-engine': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
    deployments: { type: 'string', default: '1000,10000' },
    cli: { type: 'string', default: 'dist/cli.js' },
  },
});

const say = (line: string): void => void process.stdout.write(`  ${line}\n`);
const parts = values.only.split(',');
const { cli } = values;
const often = (usual: number, quick: number): number => (values.quick ? quick : usual);
const rounds = often(Number(values.rounds), 2);

const installCompose = async (): Promise<void> => {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runToEnd({ program: 'apt-get', args: ['update', '-qq'], env });
  const args = ['install', '-y', '-qq', '--no-install-recommends', 'docker-compose'];
  await runToEnd({ program: 'apt-get', args, env });
};

const measureAll = async (engine: BenchEngine): Promise<readonly Findings[]> => {
  const found: Findings[] = [];
  const own = engine.isOwn;
  if (parts.includes('engine')) {
    const swarmEngine = own ? await openBenchEngine() : null;
    try {
      found.push(await measureEngine({ engine, swarmEngine, cli, rounds, say }));
    } finally {
      await swarmEngine?.close();
    }
  }
  if (parts.includes('rollout')) found.push(await measureRollout({ engine, cli, rounds, say }));
  if (parts.includes('apply')) found.push(await measureApply({ engine, cli, rounds, say }));
  const build = { cli, dockerHost: engine.host };
  if (parts.includes('http'))
    found.push(await measureHttp({ build, rounds: often(5, 2), seconds: often(5, 2), say }));
  if (parts.includes('start')) {
    found.push(await measureStart({ build, rounds: often(9, 3), say }));
    found.push(measureCommand({ build, rounds: often(15, 5), say }));
  }
  if (parts.includes('tick'))
    found.push(await measureTick({ counts: values.deployments.split(',').map(Number), say }));
  return found;
};

if (values.install) await installCompose();
const isOwn = canOwnEngines() && !values['host-engine'];
const engine = isOwn ? await openBenchEngine() : await openHostEngine();
try {
  const conditions = await readConditions(engine);
  const findings = await measureAll(engine);
  process.stdout.write(`\n${details(findings)}\n\n${summary(findings)}\n`);
  if (!values['no-write']) await writeReport('docs/BENCHMARKS.md', { conditions, findings });
} finally {
  await engine.close();
}
