// Decides how a TypeScript program of the tests is run outside vitest: bundled on the spot into .cache/ and started
// in the project's root with what follows on the command line. Default: the benchmark, tests/bench/run.ts.
import { spawnSync } from 'node:child_process';
import { build } from 'tsup';

const outDir = '.cache/bench';
await build({
  config: false,
  entry: { run: 'tests/bench/run.ts' },
  outDir,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  sourcemap: 'inline',
  silent: true,
});
const run = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--expose-gc', `${outDir}/run.js`, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exitCode = run.status ?? 1;
