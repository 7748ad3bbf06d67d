/** What every Runtime promises about programs that are run inside a container. */
import { expect, it } from 'vitest';
import { kindOf, type Situation } from './runtime-world.ts';

/** Registers the cases; `now` gives the situation of the test that runs. */
export const execContract = (now: () => Situation): void => {
  it('runs a program inside a container, and tells how it ended and what it said', async () => {
    const { runtime, world, run } = now();
    const id = await run();
    const command = world.programs.talking;
    expect(await runtime.exec(id, { command, timeoutMs: 10_000 })).toEqual({
      exitCode: 3,
      output: 'out\nerr\n',
    });
  });

  it('answers 126 or 127 for a program that does not exist', async () => {
    const { runtime, world, run } = now();
    const id = await run();
    const { exitCode, output } = await runtime.exec(id, {
      command: [world.missingCommand],
      timeoutMs: 10_000,
    });
    expect([126, 127]).toContain(exitCode);
    expect(output).toContain(world.missingCommand);
  });

  it('waits no longer for a program than it may take', async () => {
    const { runtime, world, run } = now();
    const id = await run();
    expect(await runtime.exec(id, { command: world.programs.slow, timeoutMs: 300 })).toEqual({
      exitCode: null,
      output: '',
    });
  });

  it('runs nothing in a container that does not run, or is not there', async () => {
    const { runtime, world } = now();
    const id = await runtime.create(now().request());
    const program = { command: world.programs.talking, timeoutMs: 1000 };
    expect([
      await kindOf(runtime.exec(id, program)),
      await kindOf(runtime.exec('f'.repeat(64), program)),
    ]).toEqual(['other', 'missing']);
  });
};
