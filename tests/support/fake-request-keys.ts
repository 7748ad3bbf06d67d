/** The keys of requests in memory. A claim is an object, so that its owner is recognised by identity. */
import { type DoneKeys, judgeClaim, type RequestKey, type RequestKeys } from '../../core/idempotency/key.ts';
import type { FakeData, FakeRequestKey, Transact } from './fake-data.ts';

/** What it needs of the fake database. */
export interface FakeRequestKeySource {
  readonly transact: Transact;
  readonly now: () => number;
  readonly holder: string;
  readonly isHolderDead: (holder: string) => boolean;
}

const idOf = ({ caller, key }: RequestKey): string => `${caller}/${key}`;

/** The RequestKeys port on fake data. */
export function makeFakeRequestKeys({
  transact,
  now,
  holder,
  isHolderDead,
}: FakeRequestKeySource): RequestKeys {
  const silent = { silent: true };
  const own = new WeakSet<object>();
  const taken = new Map<string, object>();

  const isUnderWay = (of: string, known: FakeRequestKey): boolean =>
    own.has(known.claim) ? taken.get(of) === known.claim : !isHolderDead(known.holder);

  const leave = async (
    of: RequestKey,
    change: (data: FakeData, known: FakeRequestKey) => void,
  ): Promise<void> => {
    const claim = taken.get(idOf(of));
    const work = transact(async (data) => {
      const known = data.requestKeys.get(idOf(of));
      if (known && known.claim === claim) change(data, known);
    }, silent);
    await work.finally(() => taken.delete(idOf(of)));
  };

  return {
    claim: (of, fingerprint) =>
      transact(async ({ requestKeys }) => {
        const id = idOf(of);
        const known = requestKeys.get(id);
        const record = known ? { ...known, isUnderWay: isUnderWay(id, known) } : null;
        const judged = judgeClaim(record, { fingerprint, now: now() });
        if (judged.kind !== 'granted') return judged;
        const claim = {};
        own.add(claim);
        taken.set(id, claim);
        const row = { fingerprint, claimedAt: now(), isCommitted: false, reply: null, holder, claim };
        requestKeys.set(id, row);
        return judged;
      }, silent),
    answer: (of, reply) =>
      leave(of, ({ requestKeys }, known) => {
        requestKeys.set(idOf(of), { ...known, reply, isCommitted: true });
      }),
    release: (of) =>
      leave(of, ({ requestKeys }, known) => {
        if (!known.isCommitted) requestKeys.delete(idOf(of));
      }),
  };
}

/** The DoneKeys port on fake data that may be written. */
export const makeFakeDoneKeys = (open: () => Promise<FakeData>): DoneKeys => ({
  async add(of) {
    const { requestKeys } = await open();
    const known = requestKeys.get(idOf(of));
    if (known) requestKeys.set(idOf(of), { ...known, isCommitted: true });
  },
});
