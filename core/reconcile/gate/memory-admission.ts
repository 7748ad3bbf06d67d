/**
 * Whether the host has the memory that deployments request: those that were let in come first, whatever they take; of
 * those that wait in line the older ones, each only where all of it fits. What a deployment takes and asks for is
 * counted in claims.ts; what follows where it does not fit is decided in gate.ts. Pure.
 */

/** What one deployment takes of the host's memory, and what it asks for besides. Bytes. */
export interface Claim {
  readonly uid: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly taken: number;
  /** 0: nothing more than it has. */
  readonly wanted: number;
  /** Whether memory is all that it waits for; one that waits for others first takes nobody's place. */
  readonly isInLine: boolean;
}

/** What does not fit. Bytes; `free` is never below 0. */
export interface Shortage {
  readonly needed: number;
  readonly free: number;
}

/** Lets a deployment in, by its uid, or says what is missing. Asked again it says the same. */
export type Admit = (uid: string) => Shortage | null;

/** Decides about all that stand in line, in whatever order they are given; about others once they ask. */
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

/** In the largest unit that leaves at least one of it: `1.5 GiB`. */
export function memoryText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[power]}`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
