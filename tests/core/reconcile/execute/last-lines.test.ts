/** The end of a container's log as it is told beside a fault: short, and with none of its secrets. */
import { expect, it } from 'vitest';
import { readLastLines } from '../../../../core/reconcile/execute/last-lines.ts';
import type { LogRequest, Runtime } from '../../../../core/runtime.ts';
import { RuntimeError } from '../../../../core/runtime-error.ts';
import { makeCommandWorld } from '../../../support/command-ports.ts';
import { aDeployment, aRevision } from '../../../support/records.ts';

const { vault, store } = makeCommandWorld();
const sealed = { vault, store: store.reconciler };

/** A revision with an environment. */
const having = (environment: Readonly<Record<string, string>>) => ({
  record: aDeployment(),
  revision: aRevision({ sealed: vault.seal(JSON.stringify({ environment, credentials: null }), 'uid-web') }),
});

/** A log of these messages; what was asked of it is noted. */
const logOf = (messages: readonly (string | Error)[], asked: LogRequest[] = []): Pick<Runtime, 'logs'> => ({
  async *logs(_, request) {
    asked.push(request);
    for (const message of messages) {
      if (message instanceof Error) throw message;
      yield { at: '2024-01-15T10:30:00.000000000Z', stream: 'stderr', message };
    }
  },
});

const read = (messages: readonly (string | Error)[], environment: Readonly<Record<string, string>> = {}) =>
  readLastLines('c-1', having(environment), { runtime: logOf(messages), ...sealed });

const sixKilobytes = Array.from({ length: 1_000 }, (_, index) => `k${10_000 + index}`).join('');
const cut = sixKilobytes.slice(0, 4_096);

it.each<[string, Readonly<Record<string, string>>, { said: string; told: string }]>([
  ['every secret', { A: 's3cret', B: 'hidden' }, { said: 'got s3cret and hidden', told: 'got *** and ***' }],
  ['a secret each time', { A: 's3cret' }, { said: 's3crets3cret', told: '******' }],
  [
    'nothing shorter than six characters, which stands in any text by chance',
    { A: 'error' },
    { said: 'error', told: 'error' },
  ],
  [
    'the whole of a secret that begins with another',
    { A: 'pass12', B: 'pass1234' },
    { said: 'no pass1234', told: 'no ***' },
  ],
  [
    'each line of a secret of several',
    { A: 'begin-key\nabcdefgh\nend' },
    { said: 'bad abcdefgh', told: 'bad ***' },
  ],
  [
    'secrets whose characters mean something in patterns',
    { A: 'a+b(c.d$&' },
    { said: 'is a+b(c.d$&', told: 'is ***' },
  ],
  [
    'secrets inside of JSON',
    { A: 'pass"word\nnext' },
    { said: '{"p":"pass\\"word\\nnext"}', told: '{"p":"***"}' },
  ],
  ['secrets in a URL', { A: 'pass/word 1' }, { said: '?p=pass%2Fword%201&q', told: '?p=***&q' }],
  ['secrets in a form', { A: 'pass/word 1' }, { said: 'p=pass%2Fword+1&q', told: 'p=***&q' }],
  ['the beginning of a secret that was cut off', { A: sixKilobytes }, { said: `is ${cut}`, told: 'is ***' }],
  [
    'a beginning that was cut off within a character',
    { A: 'password1' },
    { said: 'is password\u{fffd}', told: 'is ***' },
  ],
  ['nothing that ends like the beginning of one', { A: 'password' }, { said: 'is passw', told: 'is passw' }],
])('hides %s', async (_, environment, lines) => {
  expect(await read([lines.said], environment)).toEqual([lines.told]);
});

it('tells the last five lines, each cut to 300 characters once its secrets are hidden', async () => {
  const long = `${'x'.repeat(298)}s3cret`;
  const lines = await read(['1', '2', '3', '4', '5', long], { TOKEN: 's3cret' });
  expect(lines).toEqual(['2', '3', '4', '5', `${'x'.repeat(298)}**`]);
});

it('asks for no more than that, and does not follow', async () => {
  const asked: LogRequest[] = [];
  await readLastLines('c-1', having({}), { runtime: logOf([], asked), ...sealed });
  expect(asked).toEqual([{ follow: false, tail: 5, signal: expect.anything() }]);
});

it('tells what it read before the engine refused', async () => {
  expect(await read(['one', new RuntimeError('unavailable', 'gone')])).toEqual(['one']);
});

it('does not take a fault of its own for a refusal', async () => {
  await expect(read([new TypeError('a bug')])).rejects.toThrow('a bug');
});

it('tells nothing where nobody can say what is secret', async () => {
  const ports = makeCommandWorld();
  const shut = having({ TOKEN: 's3cret' });
  ports.loseKey();
  const keyless = { runtime: logOf(['s3cret']), vault: ports.vault, store: ports.store.reconciler };
  expect(await readLastLines('c-1', shut, keyless)).toEqual([]);
});
