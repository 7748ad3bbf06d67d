/** Work that is no deployment's: under the lease, beside ticks, and over when the reconciler is. */
import { expect, it } from 'vitest';
import { codeOf, worldWithWeb } from '../../support/ask-world.ts';
import { settle } from '../../support/virtual-clock.ts';

/** Something that goes on until it is let go. */
function openWork() {
  let end: () => void = () => undefined;
  const going = new Promise<void>((resolve) => {
    end = resolve;
  });
  const answers: boolean[] = [];
  return {
    answers,
    end: () => end(),
    async work(_lease: unknown, mayGoOn: () => boolean) {
      answers.push(mayGoOn());
      await going;
      answers.push(mayGoOn());
      return 'done';
    },
  };
}

it('goes on while ticks come and go, and keeps the lease until it ends', async () => {
  const world = await worldWithWeb();
  const other = world.spawn();
  const { work, end, answers } = openWork();
  const { reconciler } = world.process;
  const under = reconciler.runUnderLease(work);
  await settle();
  const { report } = await reconciler.tick();
  await world.clock.pass(60_000);
  expect([report.state, await codeOf(other.reconciler.tick())]).toEqual(['converged', 'RECONCILER_BUSY']);
  end();
  expect([await under, answers]).toEqual(['done', [true, true]]);
  await settle();
  expect((await other.reconciler.tick()).report.state).toBe('converged');
});

it('fails alone, and gives the lease back all the same', async () => {
  const world = await worldWithWeb();
  const other = world.spawn();
  const failing = async () => {
    throw new Error('disk on fire');
  };
  await expect(world.process.reconciler.runUnderLease(failing)).rejects.toThrow('disk on fire');
  await settle();
  expect((await other.reconciler.tick()).report.state).toBe('converged');
});

it('does not begin while another process reconciles, nor once the reconciler has stopped', async () => {
  const world = await worldWithWeb();
  const other = world.spawn();
  const { work, end } = openWork();
  const under = world.process.reconciler.runUnderLease(work);
  await settle();
  expect(await codeOf(other.reconciler.runUnderLease(async () => 'never'))).toBe('RECONCILER_BUSY');
  end();
  await under;
  await world.process.reconciler.stop();
  expect(await codeOf(world.process.reconciler.runUnderLease(async () => 'never'))).toBe('RECONCILER_BUSY');
});

it('is told to end when the reconciler stops, which waits for it', async () => {
  const world = await worldWithWeb();
  const { work, end, answers } = openWork();
  const under = world.process.reconciler.runUnderLease(work);
  await settle();
  const stopped = world.process.reconciler.stop();
  await settle();
  end();
  await Promise.all([under, stopped]);
  expect(answers).toEqual([true, false]);
});
