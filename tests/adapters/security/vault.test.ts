/** What the vault promises: it opens what it sealed, for the same owner, with the same key, and nothing else. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeVault } from '../../../adapters/security/vault.ts';

const vault = makeVault(randomBytes(32));

it('opens whatever text it sealed, for the owner it was sealed for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, owner) => {
      expect(vault.open(vault.seal(text, owner), owner)).toBe(text);
    }),
  );
});

it('seals the same text differently each time, without showing it', () => {
  const sealed = [vault.seal('swordfish', 'one'), vault.seal('swordfish', 'one')];
  expect(new Set(sealed).size).toBe(2);
  expect(sealed.join()).not.toContain('swordfish');
});

it('refuses another owner, another key and every changed character', () => {
  const sealed = vault.seal('swordfish', 'one');
  const refused = expect.objectContaining({ code: 'INTERNAL' });
  expect(() => vault.open(sealed, 'two')).toThrow(refused);
  expect(() => makeVault(randomBytes(32)).open(sealed, 'one')).toThrow(refused);
  expect(() => vault.open('', 'one')).toThrow(refused);
  // The very last character of each part carries bits that base64url does not use.
  for (let at = 0; at < sealed.length - 1; at += 1) {
    if (sealed[at] === '.' || sealed[at + 1] === '.') continue;
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    expect(() => vault.open(changed, 'one')).toThrow(refused);
  }
});
