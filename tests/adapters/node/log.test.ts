/** What may stand in a line of the log, and what never does. */
import { expect, it } from 'vitest';
import { openLog } from '../../../adapters/node/log.ts';
import { RingError } from '../../../core/errors.ts';

function setUp(level: 'info' | 'error' | 'silent' = 'info') {
  const lines: string[] = [];
  return { lines, log: openLog({ level, stream: { write: (line) => void lines.push(line) } }) };
}

it('writes one JSON object a line, with an ISO time and the level as a word', () => {
  const { log, lines } = setUp();
  log.info('listening', { url: 'http://127.0.0.1:3030' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: 'listening',
      url: 'http://127.0.0.1:3030',
    },
  ]);
});

it('writes only what its level lets through', () => {
  const { log, lines } = setUp('error');
  log.info('a');
  log.warn('b');
  log.error('c');
  expect(lines.length).toBe(1);
  const silent = setUp('silent');
  silent.log.error('c');
  expect(silent.lines).toEqual([]);
});

it('tells an error by name, code, message and place, without a stack', () => {
  const { log, lines } = setUp();
  log.error('failed', { error: new RingError('INTERNAL', 'A text', { cause: new TypeError('x is no y') }) });
  const [line = ''] = lines;
  expect(JSON.parse(line).error).toEqual({
    name: 'RingError',
    code: 'INTERNAL',
    message: 'A text',
    at: expect.stringMatching(/^log\.test\.ts:\d+$/),
    cause: { name: 'TypeError', message: 'x is no y', at: expect.stringMatching(/^log\.test\.ts:\d+$/) },
  });
  expect(line).not.toMatch(/ {4}at |\/work|node_modules/);
});

it.each([
  [
    "insert into `users` (`hash`) values ('swordfish') - SQLITE_FULL: disk is full",
    'SQLITE_FULL: disk is full',
  ],
  ["select * from users where name = 'swordfish'", 'the database refused a statement'],
  ['connect ECONNREFUSED', 'connect ECONNREFUSED'],
])('tells of %j only %j', (message, told) => {
  const { log, lines } = setUp();
  log.error('failed', { error: new Error(message) });
  expect(JSON.parse(lines[0] ?? '').error.message).toBe(told);
  expect(lines.join()).not.toContain('swordfish');
});

it('censors fields that are named like a secret', () => {
  const { log, lines } = setUp();
  log.warn('login', { password: 'swordfish', authorization: 'Bearer swordfish', user: 'alice' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ password: '***', authorization: '***', user: 'alice' });
});
