/**
 * The book of addresses that Ring hands out in each namespace's network. The engine's list is the truth; the book
 * only bridges the time between a reservation and the list that shows it.
 */
import { RuntimeError } from '../../core/runtime.ts';
import { type Range, toAddress } from './subnets.ts';

/** Who holds which addresses, as a list showed it. */
export interface Holding {
  readonly namespace: string;
  readonly addresses: readonly string[];
}

/** Reservations of this process, checked against what lists show. */
export interface AddressBook {
  /** An address of the range that nobody is known to hold, marked as held. `network` when there is none. */
  reserve(namespace: string, own: Range): string;
  /** Marks an address that is to be used again as held, whoever is known to hold it. */
  claim(namespace: string, address: string): void;
  /** Says that a list taken from now on shows the address if it is in use. */
  settle(namespace: string, address: string): void;
  /** Gives back an address that was not used after all. */
  release(namespace: string, address: string): void;
  /** Whether a reservation is under way in the namespace. */
  isPending(namespace: string): boolean;
  /** The network of the namespace is gone, and nobody is about to join another. */
  forget(namespace: string): void;
  /** To be taken before a list is asked for. */
  mark(): number;
  /** What that list showed. */
  learn(mark: number, holdings: readonly Holding[]): void;
}

interface Entry {
  readonly since: number;
  readonly pending: boolean;
}

/** Makes an empty book. */
export const makeAddressBook = (): AddressBook => {
  const book = new Map<string, Map<string, Entry>>();
  // Freed addresses rest as long as possible: clients may remember names for minutes.
  const cursors = new Map<string, number>();
  let time = 0;

  const page = (namespace: string): Map<string, Entry> => {
    const found = book.get(namespace) ?? new Map<string, Entry>();
    book.set(namespace, found);
    return found;
  };

  return {
    reserve(namespace, own) {
      const taken = page(namespace);
      const size = own.last - own.first + 1;
      const start = cursors.get(namespace) ?? 0;
      for (let step = 0; step < size; step++) {
        const offset = (start + step) % size;
        const address = toAddress(own.first + offset);
        if (taken.has(address)) continue;
        taken.set(address, { since: time++, pending: true });
        cursors.set(namespace, offset + 1);
        return address;
      }
      throw new RuntimeError('network', `No address is left in the network of namespace ${namespace}`);
    },
    claim(namespace, address) {
      page(namespace).set(address, { since: time++, pending: true });
    },
    settle(namespace, address) {
      page(namespace).set(address, { since: time++, pending: false });
    },
    release(namespace, address) {
      page(namespace).delete(address);
    },
    isPending: (namespace) => [...(book.get(namespace)?.values() ?? [])].some((entry) => entry.pending),
    forget(namespace) {
      book.delete(namespace);
      cursors.delete(namespace);
    },
    mark: () => time++,
    learn(mark, holdings) {
      const shown = byNamespace(holdings);
      for (const [namespace, entries] of book) dropOutdated(entries, mark, shown.get(namespace));
      for (const [namespace, listed] of shown) {
        const entries = page(namespace);
        for (const address of listed) {
          entries.set(address, entries.get(address) ?? { since: mark, pending: false });
        }
      }
    },
  };
};

const dropOutdated = (entries: Map<string, Entry>, mark: number, listed: Set<string> | undefined): void => {
  for (const [address, { since, pending }] of entries) {
    if (!pending && since < mark && !listed?.has(address)) entries.delete(address);
  }
};

const byNamespace = (holdings: readonly Holding[]): Map<string, Set<string>> => {
  const shown = new Map<string, Set<string>>();
  for (const { namespace, addresses } of holdings) {
    const known = shown.get(namespace) ?? new Set<string>();
    for (const address of addresses) known.add(address);
    shown.set(namespace, known);
  }
  return shown;
};
