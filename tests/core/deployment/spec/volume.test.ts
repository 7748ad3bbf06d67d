/** Volumes in both forms. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVolume, volumeDraft } from '../../../../core/deployment/spec/volume.ts';

const bind = {
  type: 'bind',
  source: '/host/data',
  destination: '/app/data',
  permission: 'rw',
  makeSource: false,
};

describe('as text', () => {
  it.each([
    ['/host/data:/app/data', { ...bind, makeSource: true }],
    ['/host/data:/app/data:ro', { ...bind, permission: 'ro', makeSource: true }],
    ['/host/data:/app/data:rw', { ...bind, makeSource: true }],
    ['/:/host:ro', { ...bind, source: '/', destination: '/host', permission: 'ro', makeSource: true }],
    ['data:/app/data', { ...bind, type: 'volume', source: 'data' }],
    ['data.v1_x-y:/app/data:ro', { ...bind, type: 'volume', source: 'data.v1_x-y', permission: 'ro' }],
  ])('reads %j', (text, volume) => {
    expect(parseVolume(text)).toEqual(volume);
  });

  it.each([
    '',
    ':',
    ':/app',
    '/host',
    '/host:',
    'data',
    '/host:/app:rw:z',
    '/host:/app:',
    '/host:/app:RO',
    '/host:app',
    '/host:/',
    '/host://',
    '/host:/.',
    '/host:/app/..',
    '/host/../etc:/app',
    './data:/app',
    '../data:/app',
    'data/x:/app',
    '~/data:/app',
    'a:/app',
    '-data:/app',
    '/host\0:/app',
    '/host:/app\0',
  ])('refuses %j', (text) => {
    expect(parseVolume(text)).toEqual({ field: '', message: expect.stringMatching(/must|taken/) });
  });
});

describe('as an object', () => {
  it.each([
    [{ type: 'bind', source: '/host/data', destination: '/app/data' }, bind],
    [
      { source: '/host/data', destination: '/app/data', permission: 'ro' },
      { ...bind, permission: 'ro' },
    ],
    [
      { source: 'data', destination: '/app/data' },
      { ...bind, type: 'volume', source: 'data' },
    ],
    [{ destination: '/app/data' }, { ...bind, type: 'volume', source: '' }],
    [
      { type: 'tmpfs', destination: '/app/data' },
      { ...bind, type: 'tmpfs', source: '' },
    ],
    [
      { type: 'config', source: 'app', destination: '/etc/app.conf' },
      { ...bind, type: 'config', source: 'app', destination: '/etc/app.conf', permission: 'ro' },
    ],
    [
      { type: 'config', source: 'app', key: 'app.conf', destination: '/etc/app.conf', permission: 'ro' },
      {
        ...bind,
        type: 'config',
        source: 'app',
        key: 'app.conf',
        destination: '/etc/app.conf',
        permission: 'ro',
      },
    ],
    [
      { type: 'secret', source: 'token', destination: '/run/secrets/token' },
      { ...bind, type: 'secret', source: 'token', destination: '/run/secrets/token', permission: 'ro' },
    ],
  ] as const)('reads %j', (draft, volume) => {
    expect(parseVolume(draft)).toEqual(volume);
  });

  it.each([
    [{ type: 'bind', destination: '/app' }, '/source'],
    [{ type: 'bind', source: 'data', destination: '/app' }, '/source'],
    [{ type: 'bind', source: '/a/../b', destination: '/app' }, '/source'],
    [{ type: 'bind', source: '/a:b', destination: '/app' }, '/source'],
    [{ type: 'volume', source: '/data', destination: '/app' }, '/source'],
    [{ type: 'tmpfs', source: '/data', destination: '/app' }, '/source'],
    [{ source: 'data', destination: 'app' }, '/destination'],
    [{ source: 'data', destination: '/' }, '/destination'],
    [{ source: 'data', destination: '//' }, '/destination'],
    [{ source: 'data', destination: '/./' }, '/destination'],
    [{ source: 'data', destination: '/a:b' }, '/destination'],
    [{ type: 'config', destination: '/app' }, '/source'],
    [{ type: 'config', source: 'App', destination: '/app' }, '/source'],
    [{ type: 'secret', source: '/token', destination: '/app' }, '/source'],
    [{ type: 'config', source: 'app', destination: '/app/' }, '/destination'],
    [{ type: 'config', source: 'app', destination: '/app', permission: 'rw' }, '/permission'],
    [{ type: 'secret', source: 'app', destination: '/app', permission: 'rw' }, '/permission'],
    [{ type: 'secret', source: 'app', destination: '/app', key: 'a' }, '/key'],
    [{ source: 'app', destination: '/app', key: 'a' }, '/key'],
  ] as const)('refuses %j and says where', (draft, field) => {
    expect(parseVolume(draft)).toEqual({ field, message: expect.any(String) });
  });
});

it.each([
  ['/host/data/', '/app/data/'],
  ['//host//data', '/app//data'],
  ['/host/./data/.', '/./app/data'],
])('writes %s and %s the one way there is', (source, destination) => {
  expect(parseVolume(`${source}:${destination}`)).toEqual({ ...bind, makeSource: true });
});

it('gives both forms of a named volume the same normal form', () => {
  expect(parseVolume('data:/app/data:ro')).toEqual(
    parseVolume({ type: 'volume', source: 'data', destination: '/app/data', permission: 'ro' }),
  );
});

it('gives both forms of a bind the same normal form but for who makes a missing source', () => {
  expect(parseVolume('/host/data:/app/data')).toEqual({
    ...parseVolume({ type: 'bind', source: '/host/data', destination: '/app/data' }),
    makeSource: true,
  });
});

const segment = fc.constantFrom('data', 'a', '.', '..', '', 'x y', 'ü', ':', '\0', '~');
const path = fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
const source = fc.oneof(path, fc.constantFrom('data', 'v1', 'a', './x', ''), fc.string());
const permission = fc.constantFrom('rw', 'ro', undefined);
const drafts = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom('bind', 'volume', 'tmpfs', 'config', 'secret', undefined),
      source,
      destination: path,
      permission,
      key: fc.constantFrom('a.b', undefined),
    },
    { requiredKeys: ['destination'] },
  ),
  fc.tuple(source, path, permission).map((parts) => parts.filter((part) => part !== undefined).join(':')),
  fc.string(),
);

it('reads what it wrote as the same volume, and never throws', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const volume = parseVolume(draft);
      if ('field' in volume) return;
      expect(parseVolume(volumeDraft(volume))).toEqual(volume);
      expect(parseVolume(JSON.parse(JSON.stringify(volumeDraft(volume))))).toEqual(volume);
    }),
    { numRuns: 1000 },
  );
});

it('never lets a path climb', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const volume = parseVolume(draft);
      if ('field' in volume) return;
      expect([volume.source, volume.destination].flatMap((one) => one.split('/'))).not.toContain('..');
      expect(volume.destination).toMatch(/^\/[^/]/);
    }),
    { numRuns: 1000 },
  );
});
