// Decides how the benchmark, tests/bench/run.ts, is run: with everything it measures made ready, each file of its
// folder bundled on the spot into .cache/bench/<name>.js, and started in the project's root with what follows on the
// command line. What is measured is for the benchmark.
import { spawnSync } from 'node:child_process';
import { ensureEngine } from './engine.mjs';
import { ensureImage } from './images.mjs';
import { ensureBuild, ensureDependencies, root } from './ready.mjs';
import { run } from './say.mjs';

await run(async () => {
  await ensureDependencies();
  const host = await ensureEngine();
  await ensureImage(host, 'ring-test:1');
  await ensureBuild();
  process.chdir(root);
  const { build } = await import('tsup');
  const outDir = '.cache/bench';
  await build({
    config: false,
    entry: ['tests/bench/*.ts'],
    outDir,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    removeNodeProtocol: false,
    splitting: true,
    clean: true,
    skipNodeModulesBundle: true,
    silent: true,
  });
  const args = ['--expose-gc', `${outDir}/run.js`, ...process.argv.slice(2)];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
});
