/** JSON merge patch against the RFC's own examples. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergePatch } from '../../../../core/deployment/spec/merge-patch.ts';

const appendix: [target: unknown, patch: unknown, result: unknown][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

it.each(appendix)("merges as RFC 7396's appendix says: %j with %j is %j", (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

it('changes nothing by an empty patch', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (target) => {
      expect(mergePatch(target, {})).toEqual(target);
    }),
  );
});

it('gives the same when the same patch is applied again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const once = mergePatch(target, patch);
      expect(mergePatch(once, patch)).toEqual(once);
    }),
  );
});

it('leaves the target and the patch as they were', () => {
  const target = { a: { b: 1 }, keep: [1] };
  const patch = { a: { b: null, c: { d: null } } };
  mergePatch(target, patch);
  expect({ target, patch }).toEqual({
    target: { a: { b: 1 }, keep: [1] },
    patch: { a: { b: null, c: { d: null } } },
  });
});

it('takes names that JavaScript keeps for itself as plain members', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));
  expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

it('ends on a patch that is nested as deeply as a body can be', () => {
  const depth = 200_000;
  const patch: unknown = JSON.parse(`${'{"a":'.repeat(depth)}null${'}'.repeat(depth)}`);
  expect(() => mergePatch({}, patch)).not.toThrow();
});
