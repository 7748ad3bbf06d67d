// Lives many more lives than the test does, or one of them line by line:
//   npm run simulate -- [--seeds 20000] [--from 1] [--tell]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    tell: { type: 'boolean', default: false },
  },
});
const env = {
  ...process.env,
  RING_SIMULATE_SEEDS: values.seeds,
  RING_SIMULATE_FROM: values.from,
  RING_SIMULATE_TELL: values.tell ? '1' : '0',
};
const file = 'tests/core/reconcile/simulation.test.ts';
const run = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', file];
process.exit(spawnSync(process.execPath, run, { stdio: 'inherit', env }).status ?? 1);
