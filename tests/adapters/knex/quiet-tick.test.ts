/** What a tick over a real database writes when nothing has changed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeCron } from '../../../adapters/cron/cron.ts';
import { openStore } from '../../../adapters/knex/store.ts';
import { reconcileOnce } from '../../../adapters/loop/once.ts';
import { makeClock } from '../../../adapters/node/clock.ts';
import { makeIds } from '../../../adapters/node/ids.ts';
import { makeVault } from '../../../adapters/security/vault.ts';
import { insertDeployment } from '../../../core/deployment/commands/create.ts';
import { nothingHeld } from '../../../core/deployment/commands/held-ports.ts';
import { noHealthWatch } from '../../../core/health/watch.ts';
import { makeReconciler } from '../../../core/reconcile/reconciler.ts';
import { aCaller, aNormalForm } from '../../support/builders.ts';
import { anyBind } from '../../support/command-ports.ts';
import { makeFakeFiles } from '../../support/fake-files.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { silentLog } from '../../support/silent-log.ts';

it('a tick that finds everything as it was writes nothing of any deployment', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ring-quiet-'));
  const store = await openStore({ filename: join(directory, 'ring.db') });
  try {
    const clock = makeClock();
    const vault = makeVault(new Uint8Array(32));
    const runtime = makeFakeRuntime({ now: clock.now });
    runtime.images.add('nginx:1.21');
    await store.write(async (stores) => {
      const ports = { clock, vault, ids: makeIds(), policy: anyBind };
      await insertDeployment(aNormalForm({ replicas: 2 }), aCaller('admin'), {
        stores,
        ports,
        held: nothingHeld,
      });
    });
    const ports = {
      store: store.reconciler,
      runtime,
      files: makeFakeFiles(),
      clock,
      cron: makeCron(),
      vault,
      log: silentLog,
      wake: () => undefined,
      health: noHealthWatch,
    };
    const reconciler = makeReconciler(ports, { concurrency: 2 });
    expect((await reconcileOnce(reconciler)).state).toBe('converged');
    const before = await store.reconciler.desired();
    await reconciler.tick();
    // The very same array: the store's count of writes has not moved.
    expect(await store.reconciler.desired()).toBe(before);
    await reconciler.stop();
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
});
