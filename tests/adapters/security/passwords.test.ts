/** What password hashing promises: salted, comparable later, never more than a few at once. */
import { describe, expect, it } from 'vitest';
import { makePasswords } from '../../../adapters/security/passwords.ts';

const cheap = { n: 16, r: 1, p: 1 };

describe('a hash', () => {
  const passwords = makePasswords({ cost: cheap });

  it('is another for each user, and says nothing of the password', async () => {
    const hashes = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(new Set(hashes).size).toBe(2);
    expect(hashes.join()).not.toContain('correct');
  });

  it('fits its own password only', async () => {
    const hash = await passwords.hash('correct horse');
    const tried = ['correct horse', 'correct horsf', '', 'correct horse '];
    expect(await Promise.all(tried.map((text) => passwords.verify(text, hash)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('fits after the cost has risen', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await makePasswords({ cost: { n: 32, r: 2, p: 1 } }).verify('correct horse', hash)).toBe(true);
  });

  it('fits however the same letters are composed', async () => {
    const hash = await passwords.hash('caf\u00e9-noir');
    expect(await passwords.verify('cafe\u0301-noir', hash)).toBe(true);
  });

  it('of the password that everybody knows costs little, also to find out that it is not', async () => {
    const dear = makePasswords({ cost: { n: 2 ** 17, r: 16, p: 4 } });
    const hash = await dear.hash('changeme');
    const other = await passwords.hash('correct horse');
    expect(hash.split('$').slice(0, 4)).toEqual(['scrypt', '1024', '8', '1']);
    expect([
      await dear.verify('changeme', hash),
      await dear.verify('changem3', hash),
      await dear.verify('changeme', other),
    ]).toEqual([true, false, false]);
  });

  it.each(['', 'plain', 'scrypt$16$1$1$AAAA$AAAA', 'scrypt$1073741824$8$1$AAAA$AAAA', 'bcrypt$1$1$1$A$A'])(
    'that reads %j fits nothing',
    async (hash) => {
      expect(await passwords.verify('plain', hash)).toBe(false);
    },
  );
});

describe('a flood of logins', () => {
  it('is answered in order as far as there is room to wait, and refused with a time beyond it', async () => {
    const passwords = makePasswords({ cost: cheap, atOnce: 2, waiting: 3 });
    const tried = Array.from({ length: 7 }, () => passwords.checkLogin('correct horse', null));
    const ended = await Promise.allSettled(tried);
    expect(ended.map(({ status }) => status)).toEqual([
      ...Array(5).fill('fulfilled'),
      'rejected',
      'rejected',
    ]);
    await expect(tried[6]).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 2 });
  });

  it('keeps nobody waiting who has a token', async () => {
    const passwords = makePasswords({ cost: cheap, atOnce: 1, waiting: 1 });
    const stored = await passwords.hash('correct horse');
    const flood = Promise.allSettled(Array.from({ length: 5 }, () => passwords.checkLogin('guess', stored)));
    const others = [passwords.verify('correct horse', stored), passwords.verify('guess', stored)];
    expect(await Promise.all(others)).toEqual([true, false]);
    const ended = await flood;
    expect(ended.map(({ status }) => status).sort()).toEqual([
      ...Array(2).fill('fulfilled'),
      ...Array(3).fill('rejected'),
    ]);
  });

  it('leaves no place taken behind', async () => {
    const passwords = makePasswords({ cost: cheap, atOnce: 1, waiting: 1 });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([passwords.checkLogin('x', null), passwords.verify('x', 'y'), passwords.hash('z')]);
    }
  });
});

describe('a login', () => {
  it('fits its own hash only, and none where there is no user', async () => {
    const passwords = makePasswords({ cost: cheap });
    const stored = await passwords.hash('correct horse');
    const tried = [
      passwords.checkLogin('correct horse', stored),
      passwords.checkLogin('correct horsf', stored),
      passwords.checkLogin('correct horse', null),
    ];
    expect(await Promise.all(tried)).toEqual([true, false, false]);
  });
});
