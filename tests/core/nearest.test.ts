/** What a mistyped name may have meant. */
import { expect, it } from 'vitest';
import { nearest } from '../../core/nearest.ts';

const names = ['RING_HOST', 'RING_PORT', 'namespace[]', 'status[]', 'dns'];

it.each([
  ['RING_PROT', 'RING_PORT'],
  ['ring_port', 'RING_PORT'],
  ['RING_HOSTS', 'RING_HOST'],
  ['namespace', 'namespace[]'],
  ['namespaces[]', 'namespace[]'],
  ['status', 'status[]'],
  ['', null],
  ['limit', null],
  ['dsn', null],
  ['dn', 'dns'],
  ['one', null],
])('%j may mean %j', (name, meant) => {
  expect(nearest(name, names)).toBe(meant);
});

it('takes no time over a name that is very long', () => {
  expect(nearest('x'.repeat(1_000_000), names)).toBeNull();
});

it('finds nothing where nothing is allowed', () => {
  expect(nearest('a', [])).toBeNull();
});
