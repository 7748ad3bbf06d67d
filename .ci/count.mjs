// Decides what vitest's report counts as: "passed failed". A run that failed without a failing test, or left no
// report, is one failure; so is a test file that could not be loaded. Arguments: report, exit code of the run.
import { existsSync, readFileSync } from 'node:fs';

const [report, exitCode] = process.argv.slice(2);
const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
const broken = found?.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = found ? found.numFailedTests + broken : 0;
console.log(`${found?.numPassedTests ?? 0} ${failed === 0 && exitCode !== '0' ? 1 : failed}`);
