/** Every command of the README, as it stands there and in its order, on a server of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { makeRingCommand, type RingCommand } from '../support/ring-command.ts';

/** Commands for a checkout of the project, and what runs each of them. */
const elsewhere = {
  'npm run demo': 'tests/e2e/demo.test.ts',
  'npm test': '.ci/run',
  'npm ci': 'scripts/ready.mjs',
  'npm run build': '.ci/run',
  'npx ring --help': 'scripts/smoke.mjs',
  'npm pack': 'scripts/smoke.mjs',
};

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));

let ring: RingCommand;
let folder = '';
let port = 0;
let images: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  ring = await makeRingCommand();
  folder = await mkdtemp(join(tmpdir(), 'ring-readme-'));
  port = await freePort();
  const [first, second] = [await ensureTestImage('1'), await ensureTestImage('2')];
  // No test needs a registry: what is shown with public images runs with those of the tests.
  images = { 'nginx:1.27': first, 'nginx:1.28': second, 'alpine:3.20': first };
  await writeFile(join(folder, 'ring'), `#!/bin/sh\nexec "${process.execPath}" "${ring.path}" "$@"\n`);
  await chmod(join(folder, 'ring'), 0o755);
  await cp('tests/fixtures/compose/wordpress/docker-compose.yml', join(folder, 'docker-compose.yml'));
});

afterAll(async () => {
  await ring.remove();
  await rm(folder, { recursive: true, force: true });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
};

/** The README's words with the images and the port of this test. */
const here = (text: string): string =>
  Object.entries(images)
    .reduce((changed, [shown, own]) => changed.replaceAll(shown, own), text)
    .replaceAll('127.0.0.1:3030', `127.0.0.1:${port}`);

/** One script of all blocks: files are written where they are shown, commands are run, and the first that fails ends it. */
const scriptOf = (blocks: readonly Block[]): string => {
  const parts = blocks.map(({ language, text }) => {
    if (language === 'sh') return here(text);
    const [, file] = /^# (\S+\.yaml)\n/.exec(text) ?? [];
    if (file === undefined) throw new Error(`Nothing says where this belongs:\n${text}`);
    return `cat > ${file} <<'END_OF_FILE'\n${here(text)}END_OF_FILE\n`;
  });
  // Whoever types has to find the next line first: the server is up by then.
  const ready = `until curl -sf http://127.0.0.1:${port}/healthz > /dev/null; do sleep 0.1; done\n`;
  const commands = parts.join('').replace(/^(ring serve &.*\n)/m, `$1server=$!\n${ready}`);
  return `set -eu\n${cleanUp}\ntrap cleanUp EXIT\n${commands}`;
};

/** Removes all containers that the README's commands made and ends the server, also after a command that failed. */
const cleanUp = `cleanUp() {
  ring delete deployment web app migrate dump api --ignore-missing --wait || true
  kill "$server"
  wait "$server" || true
}`;

const runScript = async (script: string) => {
  const { PATH } = process.env;
  const settings = {
    PATH: `${folder}:${PATH}`,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    RING_PORT: `${port}`,
    RING_DATA_DIR: join(folder, 'data'),
    RING_LOG_LEVEL: 'error',
  };
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env: ring.env(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, said };
};

it('is true to its last command', async () => {
  const markdown = await readFile('README.md', 'utf8');
  const blocks = blocksOf(markdown).filter(({ language }) => language === 'sh' || language === 'yaml');
  const isForCheckout = ({ text }: Block): boolean => text.startsWith('npm ');
  const commands = blocks
    .filter(isForCheckout)
    .flatMap(({ text }) => text.split('\n').flatMap((line) => line.split('#')[0]?.trim() || []));
  expect(commands).toEqual(Object.keys(elsewhere));
  const others = blocks.filter((block) => !isForCheckout(block));
  const { code, said } = await runScript(scriptOf(others));
  // What the failed container wrote, by apply and by logs.
  expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/no config[\s\S]*no config/) });
});
