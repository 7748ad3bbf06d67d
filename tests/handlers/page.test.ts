import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { cut } from '../../core/page.ts';
import { fallingKey, linkTo, numberKey, paged, pageOf, pageQuery } from '../../handlers/page.ts';

const schema = v.object(pageQuery);
const read = (search: string) => v.parse(schema, Object.fromEntries(new URLSearchParams(search)));
const request = (search: string) => new Request(`http://ring.test/ring/deployments${search}`);
const textOf = (item: string) => item;

describe('a list', () => {
  it('comes whole where no part is asked for', () => {
    expect(pageOf(read(''))).toBeNull();
    expect(paged(['a', 'b'], textOf, { request: request(''), query: read('') })).toEqual({
      items: ['a', 'b'],
      headers: {},
    });
  });

  it('links to its next part with the other parameters and the base path kept', () => {
    const search = '?namespace%5B%5D=a&limit=2&namespace%5B%5D=b';
    const { items, headers } = paged(['a', 'b', 'c'], textOf, {
      request: request(search),
      query: { limit: 2 },
    });
    const link = /^<(?<path>[^?]+)\?(?<search>[^>]+)>; rel="next"$/.exec(headers.link ?? '')?.groups;
    const { cursor = '', ...rest } = Object.fromEntries(new URLSearchParams(link?.search));
    expect(items).toEqual(['a', 'b']);
    expect(link?.path).toBe('/ring/deployments');
    expect(new URLSearchParams(link?.search).getAll('namespace[]')).toEqual(['a', 'b']);
    expect(rest).toEqual({ 'namespace[]': 'b', limit: '2' });
    expect(read(`limit=2&cursor=${cursor}`)).toEqual({ limit: 2, cursor: 'b' });
  });

  it('links to nothing after its last part', () => {
    const query = read('limit=2');
    expect(paged(['a', 'b'], textOf, { request: request('?limit=2'), query }).headers).toEqual({});
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=', 'cursor=x', 'cursor=YWZ0ZXI6x', 'cursor=%20'])(
    'has no part for %s',
    (search) => {
      expect(() => read(search)).toThrow(/must be/);
    },
  );

  it('is sorted by whole numbers as numbers', () => {
    expect([100, 9, 10].map(numberKey).sort()).toEqual([9, 10, 100].map(numberKey));
    expect([9, 100, 10].map(fallingKey).sort()).toEqual([100, 10, 9].map(fallingKey));
  });
});

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 30 });

/** All items as a client gathers them, while others come and go after each part. */
const gathered = (start: readonly string[], limit: number, meanwhile: readonly (readonly string[])[]) => {
  const seen: string[] = [];
  let next: string | null = null;
  let list = [...start].sort();
  for (let part = 0; part <= start.length + meanwhile.length * 30; part += 1) {
    const given: ReturnType<typeof cut<string>> = cut(list, textOf, { after: next, limit });
    seen.push(...given.items);
    if (given.next === null) return seen;
    next = given.next;
    list = [...new Set([...(meanwhile[part] ?? []), ...list])].sort();
  }
  throw new Error('The list does not end');
};

describe('the parts of any list', () => {
  it('give each item once, and each that was there all the time', () => {
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 1, max: 7 }),
        fc.array(keys, { maxLength: 4 }),
        (start, limit, added) => {
          const seen = gathered(start, limit, added);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toEqual(expect.arrayContaining([...start]));
        },
      ),
    );
  });

  it('are found again by any sort key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (key) => {
        const { link = '' } = linkTo(request(''), key);
        const search = /\?([^>]+)>/.exec(link)?.[1] ?? '';
        expect(read(search).cursor).toBe(key);
      }),
    );
  });
});
