// Shows that `npm run demo` keeps its word on a real engine: a second run, the commands it offers, Ctrl-C and the removal.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { runScript } from '../support/throwaway-project.ts';
import { until } from '../support/until.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ring-demo-test-'));
const namespace = `demo-${process.pid}`;
const options = ['--data', dataDir, '--namespace', namespace];
const execute = promisify(execFile);

function demo(...args: string[]) {
  return runScript('scripts/demo.mjs', { args: [...args, ...options], env: { NO_COLOR: '1' } });
}

function page(output: string): string | undefined {
  return /says: (.*)/.exec(output)?.[1];
}

const portIn = (output: string): string => /http:\/\/127\.0\.0\.1:(\d+) says/.exec(output)?.[1] ?? '';

/** Runs the demo as a person does, calls `meanwhile` with what it printed once it is up, and presses Ctrl-C then. */
async function demoUntilInterrupted(meanwhile: (output: string) => Promise<void>) {
  const env = { ...process.env, CI: '', NO_COLOR: '1' };
  const child = spawn(process.execPath, ['scripts/demo.mjs', ...options], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([status]): number | null => status);
  try {
    const isUp = () => output.includes('Ctrl-C') || child.exitCode !== null;
    await until(isUp, (up) => up, { withinMs: 60_000, what: 'the end of what the demo says first' });
    await meanwhile(output);
  } finally {
    child.kill('SIGINT');
  }
  return { status: await ended, output };
}

/** The commands that the demo offers to try, as they stand there. */
const offeredBy = (output: string): readonly string[] =>
  output
    .slice(output.indexOf('Try in another terminal:'), output.indexOf('Ctrl-C'))
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Runs each of them, as it is, in a shell at the root of the project; what each printed. */
async function tryAll(output: string) {
  const [who = '', ...lines] = offeredBy(output);
  const page = lines.pop() ?? '';
  const said: Record<string, string> = {};
  for (const line of lines) {
    // Whoever types gives a killed container the moment that it needs to come back.
    const isPage = line.startsWith('curl');
    const ask = () => shell('bash', ['-c', `set -e\n${who}\n${line}`]);
    said[line] = isPage
      ? await until(
          () => ask().catch(() => ''),
          (text) => text !== '',
        )
      : await ask();
  }
  return { said, page };
}

const shell = async (program: string, args: readonly string[]) => (await execute(program, args)).stdout;

const containers = () =>
  shell('docker', ['ps', '-aq', '-f', `label=ring.namespace=${namespace}`, '--no-trunc']);

afterAll(() => {
  demo('--remove');
  rmSync(dataDir, { recursive: true, force: true });
});

test('the demo shows a running workload, offers commands that work, finds it again after Ctrl-C and removes it', async () => {
  const first = demo('--once');
  expect(first).toMatchObject({ status: 0, output: expect.stringMatching(/says: Hello from [0-9a-f]{12}/) });

  const second = await demoUntilInterrupted(async (output) => {
    const { said, page: docs } = await tryAll(output);
    expect(said).toEqual({
      'npx ring get deployments': expect.stringMatching(/hello .*running/),
      [`docker kill $(docker ps -q -f label=ring.name=hello -f label=ring.namespace=${namespace})`]:
        expect.any(String),
      [`curl http://127.0.0.1:${portIn(output)}/`]: expect.stringContaining('Hello from'),
      'npx ring events hello': expect.any(String),
      'npx ring logs hello': expect.any(String),
      'npx ring apply -f examples/crew.yaml --wait': expect.stringContaining('crew'),
      'npx ring scale crew=5': expect.stringContaining('crew'),
      'npx ring delete deployment crew': expect.stringContaining('crew'),
    });
    expect(await (await fetch(docs)).text()).toContain('Ring API');
  });
  expect(second).toMatchObject({ status: 0, output: expect.stringContaining('live on') });
  expect(second.output).toContain('npm run demo -- --remove');
  expect(second.output).toContain('hello is running, as declared before');
  expect(page(second.output)).toBe(page(first.output));

  const third = demo('--once');
  expect(page(third.output)).toBe(page(first.output));

  const last = demo('--remove');
  expect(last).toMatchObject({ status: 0, output: expect.stringContaining('gone') });
  expect(await containers()).toBe('');
}, 240_000);
