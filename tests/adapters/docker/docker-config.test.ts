/** The host's docker config, as docker and its helpers write it, and as nobody should. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeDockerConfig, registryName } from '../../../adapters/docker/docker-config.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-config-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (config: unknown) =>
  writeFile(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
const ask = (registry = 'r.example:5000', helperTimeoutMs = 20_000) =>
  makeDockerConfig({ directory, helperTimeoutMs })(registry);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Puts a helper on the path for the time of a test. */
const installHelper = async (name: string, script: string): Promise<void> => {
  const before = process.env.PATH;
  const file = join(directory, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  process.env.PATH = `${directory}${delimiter}${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
};
const says = (answer: unknown): string =>
  `cat > ${join(directory, 'asked')}; echo '${JSON.stringify(answer)}'`;
const asked = async (): Promise<string> => (await readFile(join(directory, 'asked'), 'utf8')).trim();

describe('a registry', () => {
  it('has one name, however it is written', () => {
    const hub = ['https://index.docker.io/v1/', 'docker.io', 'registry-1.docker.io', 'index.docker.io'];
    expect(hub.map(registryName)).toEqual(hub.map(() => 'docker.io'));
    expect(['http://R.example:5000/v2/', 'r.example:5000'].map(registryName)).toEqual([
      'r.example:5000',
      'r.example:5000',
    ]);
  });
});

describe("the host's docker config", () => {
  it('says nothing where it is missing, or does not know the registry', async () => {
    const none = makeDockerConfig({ directory: null, helperTimeoutMs: 1 });
    const missing = await ask();
    await write({ auths: { 'other.example': { auth: base64('joe:pw') }, 'r.example:5000': {} } });
    expect([await none('r.example'), missing, await ask()]).toEqual([null, null, null]);
  });

  it('gives what docker login stored, and is read anew each time', async () => {
    await write({ auths: { 'https://index.docker.io/v1/': { auth: base64('joe:p:w\0') } } });
    const hub = await ask('docker.io');
    await write({ auths: { 'https://r.example:5000/v1/': { username: 'ann', password: 'pw' } } });
    const plain = await ask();
    await write({ auths: { 'r.example:5000': { auth: base64('x:y'), identitytoken: 'tok' } } });
    expect([hub, plain, await ask()]).toEqual([
      { username: 'joe', password: 'p:w' },
      { username: 'ann', password: 'pw' },
      { identityToken: 'tok' },
    ]);
  });

  it('asks the helper of the registry, else the store for all', async () => {
    await installHelper('own', says({ ServerURL: 'x', Username: 'own', Secret: 'pw' }));
    await installHelper('all', says({ ServerURL: 'x', Username: '<token>', Secret: 'tok' }));
    await write({ credHelpers: { 'r.example:5000': 'own' }, credsStore: 'all', auths: {} });
    const own = [await ask(), await asked()];
    const hub = [await ask('docker.io'), await asked()];
    expect([own, hub]).toEqual([
      [{ username: 'own', password: 'pw' }, 'r.example:5000'],
      [{ identityToken: 'tok' }, 'https://index.docker.io/v1/'],
    ]);
  });

  it('falls back on what it holds itself where a helper has nothing', async () => {
    await installHelper('empty', 'echo "credentials not found in native keychain"; exit 1');
    await write({ credsStore: 'empty', auths: { 'r.example:5000': { auth: base64('joe:pw') } } });
    expect([await ask(), await ask('other.example')]).toEqual([{ username: 'joe', password: 'pw' }, null]);
  });

  it.each([
    ['is no JSON', '{"auths": {"r.example:5000": {"auth": "c2VjcmV0'],
    ['has another shape', { auths: { 'r.example:5000': 'c2VjcmV0' } }],
    ['holds a malformed entry', { auths: { 'r.example:5000': { auth: base64('c2VjcmV0') } } }],
    ['names a helper that is not there', { credsStore: 'no-such-helper' }],
    ['names a helper that is a path', { credsStore: '../../c2VjcmV0' }],
  ])('is an error that someone must mend when it %s, and shows nothing of it', async (_, config) => {
    await write(config);
    const error = await ask().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'RuntimeError', kind: 'image_denied' });
    expect(String(error)).not.toContain('c2VjcmV0');
  });

  it.each([
    ['fails', 'echo "the password is hunter2"; exit 3', 'ended with exit code 3'],
    ['babbles', 'echo "the password is hunter2"', 'returned an invalid answer'],
    ['says only half', 'echo \'{"Username": "hunter2"}\'', 'returned an invalid answer'],
    ['never stops talking', 'yes hunter2', 'returned too much output'],
    ['hangs', 'sleep 60', 'did not answer within 500 ms'],
    ['hangs with a child', 'sleep 60 & exec sleep 60', 'did not answer within 500 ms'],
    ['reads nothing and dies', 'kill -9 $$', 'ended with exit code unknown'],
  ])(
    'is an error that may pass when a helper %s, and repeats none of its words',
    async (_, script, words) => {
      await installHelper('bad', script);
      await write({ credsStore: 'bad' });
      const slow = words.includes('within');
      const error = await ask('r.example:5000', slow ? 500 : 20_000).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({
        name: 'RuntimeError',
        kind: 'image_unreachable',
        message: `the credential helper docker-credential-bad ${words}`,
      });
    },
  );
});
