// Shows that `npm run demo` keeps its word on a real engine, a second run and the removal included.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runScript } from '../support/house.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ring-demo-test-'));
const namespace = `demo-${process.pid}`;

function demo(...args: string[]) {
  const all = [...args, '--data', dataDir, '--namespace', namespace];
  return runScript('scripts/demo.mjs', { args: all, env: { NO_COLOR: '1' } });
}

afterAll(() => {
  demo('--remove');
  rmSync(dataDir, { recursive: true, force: true });
});

test('the demo shows a running workload, finds it again and removes it', () => {
  const first = demo('--once');
  expect
    .soft(first)
    .toMatchObject({ status: 0, output: expect.stringMatching(/says: Hello from [0-9a-f]{12}/) });

  const second = demo('--once');
  expect.soft(second.output).toContain('hello is running, as declared before');
  expect.soft(page(second.output)).toBe(page(first.output));

  const last = demo('--remove');
  expect.soft(last).toMatchObject({ status: 0, output: expect.stringContaining('hello gone') });
});

function page(output: string): string | undefined {
  return /says: (.*)/.exec(output)?.[1];
}
