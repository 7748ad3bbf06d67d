/** What tokens promise: they say who, until when, and nothing that another made is taken for one. */
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { makeTokens, type TokenOptions } from '../../../adapters/security/tokens.ts';

const noon = Date.parse('2024-01-15T12:00:00.000Z');
const options: TokenOptions = { key: new Uint8Array(32).fill(7), audience: 'here', ttlMs: 60_000 };

function setUp(given: Partial<TokenOptions> = {}) {
  const time = { now: noon };
  let made = 0;
  const ids = { unique: () => `token-${++made}`, hash: (text: string) => text };
  const clock = { now: () => time.now, sleep: async () => undefined };
  return { time, tokens: makeTokens({ clock, ids }, { ...options, ...given }) };
}

const alice = { userId: '7', tokenEpoch: 3, role: 'editor' } as const;

it('says whom it was issued for, and until when', async () => {
  const { tokens } = setUp();
  expect(await tokens.verify(await tokens.issue(alice))).toEqual({
    userId: '7',
    tokenEpoch: 3,
    tokenId: 'token-1',
    expiresAt: noon + 60_000,
  });
});

it('ends on time, also when it was verified before', async () => {
  const { tokens, time } = setUp();
  const token = await tokens.issue(alice);
  time.now = noon + 59_999;
  expect(await tokens.verify(token)).not.toBeNull();
  time.now = noon + 60_000;
  expect(await tokens.verify(token)).toBeNull();
  expect(await tokens.verify(token)).toBeNull();
});

it('verifies more tokens than it remembers', async () => {
  const { tokens } = setUp({ remembered: 2 });
  const issued = await Promise.all(Array.from({ length: 5 }, () => tokens.issue(alice)));
  for (const token of [...issued, ...issued]) expect(await tokens.verify(token)).not.toBeNull();
});

it('takes no token of another installation, another key or another maker', async () => {
  const { tokens } = setUp();
  const others = [
    await setUp({ audience: 'elsewhere' }).tokens.issue(alice),
    await setUp({ key: new Uint8Array(32).fill(8) }).tokens.issue(alice),
    await new SignJWT({ epoch: 3 }).setProtectedHeader({ alg: 'HS256' }).setSubject('7').sign(options.key),
    await new SignJWT({ epoch: 3 })
      .setProtectedHeader({ alg: 'HS512', kid: 'x' })
      .setIssuer('ring')
      .setAudience('here')
      .setSubject('7')
      .setJti('1')
      .setExpirationTime(noon / 1000 + 60)
      .sign(new Uint8Array(64).fill(7)),
  ];
  for (const token of others) expect(await tokens.verify(token)).toBeNull();
});

it('takes nothing that is no token', async () => {
  const { tokens } = setUp();
  const [head, , signature] = (await tokens.issue(alice)).split('.');
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"1","epoch":0}')}.`.replaceAll('=', '');
  const forged = `${head}.${btoa('{"sub":"1","epoch":0,"jti":"1","exp":99999999999}')}.${signature}`;
  for (const token of ['', '.', 'a.b.c', unsigned, forged, 'x'.repeat(100_000)]) {
    expect(await tokens.verify(token)).toBeNull();
  }
});
