// Decides what "the code is in order" means: types, lint, architecture, dead code and build, each run and each named,
// also after one of them failed. What the code does is for the tests.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const failed = [];
for (const check of ['types', 'lint', 'arch', 'dead', 'build']) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', check], { encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${check}`);
  if (status !== 0) {
    failed.push(check);
    console.log(`${stdout}${stderr}`.trimEnd());
  }
}
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
