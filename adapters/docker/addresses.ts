/**
 * Reserves addresses in each namespace's network. The engine's list is authoritative; the reservations only bridge the
 * time until the list shows them.
 */
import { RuntimeError } from '../../core/runtime-error.ts';
import { type Range, toAddress } from './subnets.ts';

/** The holder of addresses, as a list showed it. */
export interface Holding {
  readonly namespace: string;
  readonly addresses: readonly string[];
}

/** Reservations of this process, checked against lists. */
export interface AddressBook {
  /** Reserves an address of the range that is not known to be held. `network` when there is none. */
  reserve(namespace: string, own: Range): string;
  /** Reserves an address that is to be used again, even if another container is known to hold it. */
  claim(namespace: string, address: string): void;
  /** Marks a reservation as used: a list taken from now on shows it if it is in use. */
  settle(namespace: string, address: string): void;
  /** Releases an address that was not used. */
  release(namespace: string, address: string): void;
  /** Whether a reservation is under way in the namespace. */
  isPending(namespace: string): boolean;
  /** Forgets the namespace. To be called when its network is gone and nothing is about to join it. */
  forget(namespace: string): void;
  /** Returns a mark to take before a list is requested. */
  mark(): number;
  /** Updates the reservations from the list requested after the mark. */
  learn(mark: number, holdings: readonly Holding[]): void;
}

interface Entry {
  readonly since: number;
  readonly pending: boolean;
}

/** Makes an empty book. */
export const makeAddressBook = (): AddressBook => {
  const book = new Map<string, Map<string, Entry>>();
  // Freed addresses are reused as late as possible, because clients may cache names for minutes.
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
