/** Records the memory that a reconciler would have of a deployment, for tests of how the API shows it. */
import type { Store } from '../../adapters/knex/store.ts';
import { emptyMemory, type Memory } from '../../core/reconcile/memory.ts';
import { aRecording, aView } from './records.ts';

/** Writes this much of the memory of `uid-1` or another deployment, as a tick would. */
export async function remember(
  { reconciler }: Pick<Store, 'reconciler'>,
  memory: Partial<Memory>,
  uid = 'uid-1',
): Promise<void> {
  const lease = await reconciler.acquireLease(1000);
  if (!lease) throw new Error('The lease is held already');
  const observation = { view: aView(), memory: { ...emptyMemory, ...memory } };
  await reconciler.record(lease, [aRecording({ uid, observation })]);
  await reconciler.releaseLease(lease);
}
