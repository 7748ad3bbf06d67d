import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { validate } from '../../core/validate.ts';

const Schema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(2, 'must have two letters')),
  size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  parts: v.optional(
    v.array(
      v.union([
        v.string(),
        v.strictObject({ source: v.string(), mode: v.optional(v.picklist(['ro', 'rw'])) }),
      ]),
    ),
  ),
  labels: v.optional(v.record(v.string(), v.string())),
  limits: v.optional(v.record(v.string(), v.strictObject({ hard: v.optional(v.number()) }))),
  checks: v.optional(
    v.pipe(
      v.array(
        v.variant('type', [
          v.strictObject({ type: v.literal('tcp'), port: v.number() }),
          v.strictObject({ type: v.literal('http'), path: v.optional(v.string()) }),
        ]),
      ),
      v.maxLength(3),
    ),
  ),
});

const near = (name: string): string => `is not a known field: did you mean ${name}?`;

const faults = (value: unknown) =>
  Object.fromEntries(
    (validate(Schema, value).violations ?? []).map(({ pointer, message }) => [pointer, message]),
  );

describe('validating', () => {
  it('gives the value where nothing is wrong', () => {
    const value = { name: 'web', parts: ['a', { source: 'b' }], labels: { a: 'b', toString: 'c' } };
    expect(validate(Schema, value)).toEqual({ output: value });
  });

  it.each([
    [{}, { '/name': 'is required' }],
    [null, { '': 'must be an object' }],
    ['text', { '': 'must be an object' }],
    [{ name: 1 }, { '/name': 'must be a string' }],
    [{ name: 'a' }, { '/name': 'must have two letters' }],
    [{ name: 'web', size: 1.5 }, { '/size': 'must be a whole number' }],
    [{ name: 'web', size: 0 }, { '/size': 'must be 1 or more' }],
    [{ name: 'web', size: 10 }, { '/size': 'must be 9 or less' }],
    [{ name: 'web', parts: 'a' }, { '/parts': 'must be a list' }],
    [{ name: 'web', parts: [1] }, { '/parts/0': 'must be a string or an object' }],
    [{ name: 'web', parts: [{ source: 1 }] }, { '/parts/0/source': 'must be a string' }],
    [{ name: 'web', parts: [{ source: 'a', mode: 'x' }] }, { '/parts/0/mode': 'must be one of ro, rw' }],
    [
      { name: 'web', parts: [{ source: 'a', more: 1 }] },
      { '/parts/0/more': 'is not a known field: did you mean mode?' },
    ],
    [{ name: 'web', labels: { 'a/b~c': 1 } }, { '/labels/a~1b~0c': 'must be a string' }],
    [{ name: 'web', labels: ['a'] }, { '/labels': 'must be an object, not a list' }],
    [
      JSON.parse('{"name":"web","labels":{"__proto__":"x"}}'),
      { '/labels/__proto__': 'cannot be used as a name' },
    ],
    [JSON.parse('{"name":"web","__proto__":{}}'), { '/__proto__': 'is not a known field' }],
  ])('says of %j what is wrong and where', (value, expected) => {
    expect(faults(value)).toEqual(expected);
  });

  it('finds every unknown field, however deep, beside all other faults', () => {
    const value = { name: 1, one: 1, two: 2, parts: [{ three: 3, four: 4, source: 5 }] };
    expect(faults(value)).toEqual({
      '/one': 'is not a known field',
      '/two': 'is not a known field',
      '/parts/0/three': 'is not a known field',
      '/parts/0/four': 'is not a known field',
      '/name': 'must be a string',
      '/parts/0/source': 'must be a string',
    });
  });

  it.each([
    [{ nmae: 'web' }, { '/nmae': 'is not a known field: did you mean name?', '/name': 'is required' }],
    [{ name: 'web', Size: 1 }, { '/Size': 'is not a known field: did you mean size?' }],
    [{ name: 'web', part: [] }, { '/part': 'is not a known field: did you mean parts?' }],
    [
      { name: 'web', parts: ['a', { sorce: 'b' }] },
      expect.objectContaining({ '/parts/1/sorce': near('source') }),
    ],
    [
      { name: 'web', checks: [{ type: 'tcp', prot: 1 }] },
      expect.objectContaining({ '/checks/0/prot': near('port') }),
    ],
    [
      { name: 'web', checks: [{ type: 'tcp', port: 1, pth: '/' }] },
      { '/checks/0/pth': 'is not a known field' },
    ],
    [{ name: 'web', checks: [{ type: 'http', pth: '/' }] }, { '/checks/0/pth': near('path') }],
    [{ name: 'web', limits: { a: { hrad: 1 } } }, { '/limits/a/hrad': near('hard') }],
    [{ name: 'web', zzz: 1 }, { '/zzz': 'is not a known field' }],
  ])('says of %j what an unknown field may have meant', (value, expected) => {
    expect(faults(value)).toEqual(expected);
  });

  it('never repeats what was sent, for it may be a secret', () => {
    const secret = 'hunter2';
    const values = [
      { name: [secret] },
      { name: 'web', size: secret },
      { name: 'web', parts: [{ mode: secret }] },
    ];
    expect(JSON.stringify(values.map(faults))).not.toContain(secret);
  });
});
