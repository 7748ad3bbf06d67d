/** Which server and token a command uses, and what the file of contexts takes. */
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Contexts, contextsPath, readContexts, writeContexts } from '../../../adapters/cli/contexts.ts';
import { CommandError } from '../../../adapters/cli/failure.ts';
import { checkUrl, chooseTarget } from '../../../adapters/cli/target.ts';

const contexts: Contexts = {
  current: 'lab',
  contexts: {
    lab: { url: 'http://lab:3030', token: 'of lab' },
    prod: { url: 'https://ring.example.com/ring', token: 'of prod' },
    bare: { url: 'http://bare' },
  },
};

describe('the server that is asked', () => {
  it.each([
    {
      is: 'the context in use',
      globals: {},
      env: {},
      target: { url: 'http://lab:3030', token: 'of lab', context: 'lab' },
    },
    {
      is: 'RING_CONTEXT before it',
      globals: {},
      env: { RING_CONTEXT: 'prod' },
      target: { url: 'https://ring.example.com/ring', token: 'of prod', context: 'prod' },
    },
    {
      is: 'RING_URL before both, with the token for it',
      globals: {},
      env: { RING_URL: 'http://lab:3030/', RING_CONTEXT: 'prod' },
      target: { url: 'http://lab:3030', token: 'of lab', context: null },
    },
    {
      is: '--context before the environment, and with its own token',
      globals: { context: 'prod' },
      env: { RING_URL: 'http://other', RING_TOKEN: 'own' },
      target: { url: 'https://ring.example.com/ring', token: 'of prod', context: 'prod' },
    },
    {
      is: '--url before the URL of --context, without the token of that context',
      globals: { context: 'prod', url: 'http://elsewhere' },
      env: {},
      target: { url: 'http://elsewhere', token: null, context: 'prod' },
    },
    {
      is: '--url before the URL of --context, with the token of another context for that URL',
      globals: { context: 'prod', url: 'http://lab:3030/' },
      env: {},
      target: { url: 'http://lab:3030', token: 'of lab', context: 'prod' },
    },
    {
      is: '--url with the token of --context where it names the same server',
      globals: { context: 'prod', url: 'https://ring.example.com/ring/' },
      env: { RING_TOKEN: 'own' },
      target: { url: 'https://ring.example.com/ring', token: 'of prod', context: 'prod' },
    },
    {
      is: 'RING_TOKEN where a named context has none',
      globals: { context: 'bare' },
      env: { RING_TOKEN: 'own' },
      target: { url: 'http://bare', token: 'own', context: 'bare' },
    },
    {
      is: '--url before the environment, with no token that is not for it',
      globals: { url: 'http://elsewhere' },
      env: { RING_URL: 'http://lab:3030' },
      target: { url: 'http://elsewhere', token: null, context: null },
    },
    {
      is: '--url with RING_TOKEN',
      globals: { url: 'http://lab:3030' },
      env: { RING_TOKEN: 'own' },
      target: { url: 'http://lab:3030', token: 'own', context: null },
    },
  ])('is $is', ({ globals, env, target }) => {
    expect(chooseTarget(globals, env, contexts)).toEqual(target);
  });

  it('is this machine where nothing says otherwise', () => {
    expect(chooseTarget({}, {}, { current: null, contexts: {} })).toEqual({
      url: 'http://127.0.0.1:3030',
      token: null,
      context: null,
    });
  });

  it('is never guessed: a context that is not there is an error that names those there are', () => {
    for (const [globals, env] of [
      [{ context: 'pord' }, {}],
      [{}, { RING_CONTEXT: 'pord' }],
    ] as const) {
      expect(() => chooseTarget(globals, env, contexts)).toThrow(
        new CommandError('There is no context pord: there are lab, prod, bare'),
      );
    }
    expect(() => chooseTarget({ context: 'toString' }, {}, contexts)).toThrow('no context toString');
  });

  it.each(['lab', 'ftp://lab', 'http://', 'http://admin@lab', 'http://lab?x=1', 'http://lab#x'])(
    'is not %s',
    (url) => {
      expect(() => checkUrl(url)).toThrow(CommandError);
    },
  );
});

describe('the file of contexts', () => {
  let folder = '';
  let env: Record<string, string>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ring-contexts-'));
    env = { XDG_CONFIG_HOME: folder };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is below the XDG folder, or the usual one where that is not absolute', () => {
    expect(contextsPath({ XDG_CONFIG_HOME: '/xdg', HOME: '/home/eve' })).toBe('/xdg/ring/contexts.json');
    expect(contextsPath({ XDG_CONFIG_HOME: 'xdg', HOME: '/home/eve' })).toBe(
      '/home/eve/.config/ring/contexts.json',
    );
  });

  it('comes back as it was written, for its owner only, whatever stood there before', async () => {
    expect(await readContexts(env)).toEqual({ current: null, contexts: {} });
    const path = contextsPath(env);
    await mkdir(dirname(path));
    await writeFile(path, '{"contexts": {}}');
    await chmod(path, 0o644);
    await writeContexts(contexts, env);
    expect(await readContexts(env)).toEqual(contexts);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each(['', '[]', '{"contexts": {"a": {"url": 1}}}', '{"current": 3, "contexts": {}}', '{'])(
    'is refused with its path where it holds %j',
    async (text) => {
      await mkdir(join(folder, 'ring'));
      await writeFile(contextsPath(env), text);
      await expect(readContexts(env)).rejects.toThrow(`${contextsPath(env)} is not a valid file of contexts`);
    },
  );
});
