import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../core/concurrency/in-turns.ts';
import { settle } from '../../adapters/loop/fake-loop.ts';

describe('taking turns', () => {
  const setUp = () => {
    const running: { end(value: number): void; fail(error: Error): void }[] = [];
    const call = inTurns(
      () =>
        new Promise<number>((resolve, reject) => {
          running.push({ end: resolve, fail: reject });
        }),
    );
    return { running, call };
  };

  it('begins at once where nothing runs', () => {
    const { running, call } = setUp();
    void call();
    expect(running.length).toBe(1);
  });

  it('gives all who come meanwhile the one run that begins after it', async () => {
    const { running, call } = setUp();
    const results = [call(), call(), call()];
    await settle();
    expect(running.length).toBe(1);
    running[0]?.end(1);
    await settle();
    expect(running.length).toBe(2);
    running[1]?.end(2);
    expect(await Promise.all(results)).toEqual([1, 2, 2]);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const { running, call } = setUp();
    const first = call();
    const second = call();
    running[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await settle();
    running[1]?.end(2);
    expect(await second).toBe(2);
    await settle();
    void call();
    expect(running.length).toBe(3);
  });
});
