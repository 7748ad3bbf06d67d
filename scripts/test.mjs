// Decides what `npm test` is: whatever is missing is installed, then the types are checked and the tests run.
// Arguments go to vitest; `npm test -- --project unit` needs no engine. The faults project runs by `npm run test:faults` only.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { defaultHost, ensureEngine } from './engine.mjs';
import { ensureImage } from './images.mjs';
import { ensurePrograms } from './programs.mjs';
import { ensureBuild, ensureDependencies, root } from './ready.mjs';
import { Plain, run, step } from './say.mjs';

const given = process.argv.slice(2);
const args = given.some((word) => word.startsWith('--project'))
  ? given
  : ['--project', 'unit', '--project', 'e2e', ...given];
const projects = args.join(' ');
const hasEndToEnd = /--project[= ]e2e\b/.test(projects);
const unitOnly = /--project[= ]unit\b/.test(projects) && !hasEndToEnd;

function bin(path, options) {
  return spawnSync(process.execPath, [join(root, 'node_modules', path), ...options.args], {
    cwd: root,
    ...options,
  });
}

// The tests run in spite of them: what they say may be what explains the types.
async function typeErrors() {
  try {
    await step('types', async () => {
      const { status, stdout } = bin('typescript/bin/tsc', { args: ['-b'], encoding: 'utf8' });
      if (status !== 0) throw new Plain(stdout.trim());
      return ['no errors'];
    });
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    return error.message;
  }
}

await run(async () => {
  await ensureDependencies();
  const host = unitOnly ? undefined : await ensureEngine();
  if (host) await ensureImage(host, 'ring-test:1');
  if (hasEndToEnd) await ensurePrograms();
  const mistakes = await typeErrors();
  await ensureBuild();
  const env = { ...process.env, ...(host && host !== defaultHost && { DOCKER_HOST: host }) };
  const { status } = bin('vitest/vitest.mjs', { args: ['run', ...args], stdio: 'inherit', env });
  if (mistakes) throw new Plain(`The types have errors:\n${mistakes}`);
  return status ?? 1;
});
