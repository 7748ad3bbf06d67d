/** What a file holds that is made of a config. */
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../../core/config/content.ts';

const data = JSON.stringify({
  'nginx.conf': 'server {}\n',
  database: { host: 'localhost', port: 5432, 'read.only': true },
  list: [1, { a: null }],
  empty: '',
  nothing: null,
  a: { b: 'below' },
  'a.b': 'as written',
});

describe('of a config', () => {
  it.each([data, '', 'no json', '{'])('holds the whole text without a key: %j', (text) => {
    expect(contentOf(text, undefined)).toEqual({ text });
  });

  it.each([
    ['nginx.conf', 'server {}\n'],
    ['database.host', 'localhost'],
    ['database.port', '5432'],
    ['database', '{"host":"localhost","port":5432,"read.only":true}'],
    ['list', '[1,{"a":null}]'],
    ['list.1', '{"a":null}'],
    ['empty', ''],
    ['nothing', 'null'],
    ['a.b', 'as written'],
  ])('holds what stands under the key %j', (key, text) => {
    expect(contentOf(data, key)).toEqual({ text });
  });

  it.each([
    'database.user',
    'nothing.a',
    'toString',
    '__proto__',
    'database.constructor',
    'a.b.c',
    '.',
    'database.',
  ])('is not there where nothing stands under the key %j', (key) => {
    expect(contentOf(data, key)).toEqual({ fault: `has no key ${JSON.stringify(key)}` });
  });

  it.each(['', 'no json', '"text"', '[1]', 'null', '5'])('is not there where %j has no keys', (text) => {
    expect(contentOf(text, 'a')).toEqual({ fault: expect.stringMatching(/^is not a JSON object/) });
  });
});
