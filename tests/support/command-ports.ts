/**
 * Provides everything the commands on deployments need, on a store in memory: wakes are recorded, and time is set by
 * hand.
 */
import { createHash } from 'node:crypto';
import { makeCron } from '../../adapters/cron/cron.ts';
import type { Vault } from '../../core/access/security.ts';
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import type { BindPolicy } from '../../core/deployment/policy.ts';
import { RingError } from '../../core/errors.ts';
import type { HostPaths, Ids } from '../../core/ports.ts';
import { type FakeStore, makeFakeStore } from './fake-store.ts';

/** The commands' ports, with what tests look at and turn. */
export interface CommandWorld extends CommandPorts {
  readonly store: FakeStore;
  /** The uids the reconciler was woken for, in order. */
  readonly woken: readonly (string | undefined)[];
  /** Lets this many ms pass. */
  pass(ms: number): void;
  /** From now on another key seals and opens: what was sealed before stays shut. */
  loseKey(): void;
}

/** What a world may differ in. */
export interface CommandWorldOptions {
  readonly bindRoots?: readonly string[] | null;
  /** Symbolic links of the host: where each leads. */
  readonly links?: Readonly<Record<string, string>>;
}

/** A fresh world; the clock begins at 2024-01-15T10:30:00Z, uids are `uid-1`, `uid-2` and so on. */
export function makeCommandWorld({ bindRoots = null, links = {} }: CommandWorldOptions = {}): CommandWorld {
  let now = Date.parse('2024-01-15T10:30:00.000Z');
  let key = 'key-1';
  const woken: (string | undefined)[] = [];
  const store = makeFakeStore({ now: () => now });
  return {
    store,
    woken,
    pass: (ms) => {
      now += ms;
    },
    loseKey: () => {
      key = `${key}+`;
    },
    write: store.write,
    cron: makeCron(),
    clock: { now: () => now },
    ids: makeCountingIds(),
    vault: makeFakeVault(() => key),
    policy: { bindRoots, hostPaths: makeLinkedPaths(links) },
    wake: (uid) => {
      woken.push(uid);
    },
  };
}

/** Ids that count up, and a real hash. */
export function makeCountingIds(): Ids {
  let last = 0;
  return {
    unique: () => {
      last += 1;
      return `uid-${last}`;
    },
    hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
  };
}

/** A vault that hides nothing and still opens only with the key and for the owner it sealed with. */
const makeFakeVault = (key: () => string): Vault => ({
  seal: (text, owner) => JSON.stringify({ key: key(), owner, text: Buffer.from(text).toString('base64') }),
  open: (sealed, owner) => {
    const box = JSON.parse(sealed) as { key: string; owner: string; text: string };
    if (box.key !== key()) throw new RingError('INTERNAL', 'A sealed text was sealed with another key');
    if (box.owner !== owner) throw new RingError('INTERNAL', 'A sealed text belongs to another owner');
    return Buffer.from(box.text, 'base64').toString('utf8');
  },
});

/** Host paths on which only these symbolic links exist; a link in a parent directory leads elsewhere just the same. */
export const makeLinkedPaths = (links: Readonly<Record<string, string>> = {}): HostPaths => ({
  resolve: async (path) => {
    let resolved = '';
    for (const part of path.split('/').filter((one) => one !== '')) {
      resolved = links[`${resolved}/${part}`] ?? `${resolved}/${part}`;
    }
    return resolved === '' ? '/' : resolved;
  },
});

/** No roots are set: administrators bind anything. */
export const anyBind: BindPolicy = { bindRoots: null, hostPaths: makeLinkedPaths() };
