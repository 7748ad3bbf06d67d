/**
 * Hashes passwords with scrypt, slowly on purpose, and in short queues, so that a flood of logins neither overloads the
 * machine nor delays callers that have a token. The core decides who may log in.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { isDefaultPassword } from '../../core/access/default-password.ts';
import type { Passwords } from '../../core/access/security.ts';
import { RingError } from '../../core/errors.ts';

/** The cost of one hash: 128 * n * r bytes of memory, and a time proportional to n * r * p. */
export interface Cost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** How many logins are hashed at once, how many may wait (other callers are counted apart), and the cost of a hash. */
export interface PasswordOptions {
  readonly cost?: Cost;
  readonly atOnce?: number;
  readonly waiting?: number;
}

// 16 MB and about 0.1 s: OWASP's recommended strength for scrypt with the least memory.
const defaultCost: Cost = { n: 2 ** 14, r: 8, p: 5 };
// The default password is public: an expensive hash protects nothing, and every start has to check whether it is still
// in use. It is always hashed at this cost, for every user.
const knownToAll: Cost = { n: 2 ** 10, r: 8, p: 1 };
const dearestBytes = 256 * 2 ** 20;
const keyBytes = 32;
const saltBytes = 16;
const retryAfterSeconds = 2;

/**
 * Makes the hashing. Hashes have the form `scrypt$n$r$p$salt$key`, so that the cost can be increased without
 * invalidating them.
 */
export const makePasswords = ({
  cost = defaultCost,
  atOnce = 2,
  waiting = 32,
}: PasswordOptions = {}): Passwords => {
  const logins = makeQueue(atOnce, waiting);
  const others = makeQueue(1, waiting);
  const hash = async (password: string, queue: Queue) => {
    const salt = randomBytes(saltBytes);
    const price = isDefaultPassword(password) ? knownToAll : cost;
    const key = await queue(() => derive(password, salt, price));
    const texts = [salt, key].map((bytes) => bytes.toString('base64url'));
    return ['scrypt', price.n, price.r, price.p, ...texts].join('$');
  };
  const verify = async (password: string, hash: string, queue: Queue) => {
    const stored = decode(hash);
    if (!stored) return false;
    const price = isDefaultPassword(password) ? knownToAll : stored.cost;
    const key = await queue(() => derive(password, stored.salt, price));
    return timingSafeEqual(key, stored.key);
  };
  return {
    hash: (password) => hash(password, others),
    verify: (password, stored) => verify(password, stored, others),
    async checkLogin(password, stored) {
      if (stored !== null) return verify(password, stored, logins);
      // As slow as verifying, so that the response time does not reveal which names exist.
      await hash(password, logins);
      return false;
    },
  };
};

function decode(hash: string): { cost: Cost; salt: Buffer; key: Buffer } | null {
  const found = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (!found) return null;
  const [n = 0, r = 0, p = 0] = found.slice(1, 4).map(Number);
  const [salt, key] = found.slice(4).map((text) => Buffer.from(text, 'base64url'));
  if (!salt || key?.length !== keyBytes || 128 * n * r > dearestBytes) return null;
  return { cost: { n, r, p }, salt, key };
}

function derive(password: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

type Queue = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a queue with a maximum number of concurrent tasks; TOO_MANY_REQUESTS when too many are waiting. */
function makeQueue(atOnce: number, most: number): Queue {
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = () => {
    if (running < atOnce) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.length >= most) {
      throw new RingError('TOO_MANY_REQUESTS', 'Too many passwords are being checked at once', {
        retryAfterSeconds,
      });
    }
    return new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  };
  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
