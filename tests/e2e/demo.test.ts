// Shows that `npm run demo` keeps its word on a real engine: a second run, Ctrl-C and the removal included.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runScript } from '../support/throwaway-project.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ring-demo-test-'));
const options = ['--data', dataDir, '--namespace', `demo-${process.pid}`];

function demo(...args: string[]) {
  return runScript('scripts/demo.mjs', { args: [...args, ...options], env: { NO_COLOR: '1' } });
}

function page(output: string): string | undefined {
  return /says: (.*)/.exec(output)?.[1];
}

/** Runs the demo as a person does and presses Ctrl-C once it is up; resolves to its exit code and all it printed. */
function demoUntilInterrupted(): Promise<{ status: number | null; output: string }> {
  const env = { ...process.env, CI: '', NO_COLOR: '1' };
  const child = spawn(process.execPath, ['scripts/demo.mjs', ...options], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      const wasUp = output.includes('Ctrl-C');
      output += text;
      if (!wasUp && output.includes('Ctrl-C')) child.kill('SIGINT');
    });
  }
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, output }));
  });
}

afterAll(() => {
  demo('--remove');
  rmSync(dataDir, { recursive: true, force: true });
});

test('the demo shows a running workload, finds it again after Ctrl-C and removes it', async () => {
  const first = demo('--once');
  expect(first).toMatchObject({ status: 0, output: expect.stringMatching(/says: Hello from [0-9a-f]{12}/) });

  const second = await demoUntilInterrupted();
  expect(second).toMatchObject({ status: 0, output: expect.stringContaining('live on') });
  expect(second.output).toContain('hello is running, as declared before');
  expect(page(second.output)).toBe(page(first.output));

  const third = demo('--once');
  expect(page(third.output)).toBe(page(first.output));

  const last = demo('--remove');
  expect(last).toMatchObject({ status: 0, output: expect.stringContaining('hello gone') });
});
