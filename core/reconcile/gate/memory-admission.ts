/**
 * Decides who gets the host's memory: deployments that were let in keep what they take; of those in line the oldest
 * come first, each only if all of its request fits. Pure; what a deployment takes and requests is counted in
 * memory-claims.ts, and what follows if it does not fit is decided in gate.ts.
 */

/** The memory that one deployment takes of the host, and what it requests in addition. Bytes. */
export interface Claim {
  readonly uid: string;
  /** The time of creation, RFC 3339. */
  readonly createdAt: string;
  readonly taken: number;
  /** The additional memory; 0: nothing more than it has. */
  readonly wanted: number;
  /** Whether memory is all that it waits for; a deployment that waits for dependencies first takes nobody's place. */
  readonly isInLine: boolean;
}

/** The memory that is missing. Bytes; `free` is never below 0. */
export interface Shortage {
  readonly needed: number;
  readonly free: number;
}

/** Lets in the deployment with this uid, or returns what is missing. Repeated calls return the same. */
export type Admit = (uid: string) => Shortage | null;

/**
 * Makes the admission of one tick: decides about all claims in line at once, in whatever order they are asked for;
 * about others when they are asked for.
 */
export function makeAdmit(claims: readonly Claim[], memoryBytes: number): Admit {
  let free = memoryBytes - claims.reduce((sum, { taken }) => sum + taken, 0);
  const byUid = new Map(claims.map((claim) => [claim.uid, claim]));
  const decided = new Map<string, Shortage | null>();
  const decide = ({ uid, wanted }: Claim): Shortage | null => {
    const fits = wanted <= Math.max(0, free);
    const shortage = fits ? null : { needed: wanted, free: Math.max(0, free) };
    if (fits) free -= wanted;
    decided.set(uid, shortage);
    return shortage;
  };
  for (const claim of claims.filter(({ isInLine }) => isInLine).sort(oldestFirst)) decide(claim);
  return (uid) => {
    const known = decided.get(uid);
    const claim = byUid.get(uid);
    return known !== undefined || claim === undefined ? (known ?? null) : decide(claim);
  };
}

const oldestFirst = (a: Claim, b: Claim): number =>
  a.createdAt === b.createdAt ? (a.uid < b.uid ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;

/** Formats bytes in the largest unit of which there is at least one: `1.5 GiB`. */
export function memoryText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[power]}`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
