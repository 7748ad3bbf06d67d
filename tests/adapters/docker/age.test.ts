import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOf } from '../../../adapters/docker/age.ts';

/** The engine's own wording of a duration, as its source has it. */
const worded = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(ms / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(ms / 3_600_000 / 24 / 365)} years`;
};

describe('the age in a status', () => {
  it('has the true age within its bounds', () => {
    const ages = fc.oneof(
      fc.integer({ min: 0, max: 7_200_000 }),
      fc.integer({ min: 0, max: 10 * 365 * 86_400_000 }),
    );
    fc.assert(
      fc.property(ages, fc.constantFrom('', ' (healthy)', ' (Paused)'), (ms, ending) => {
        const age = ageOf(`Up ${worded(ms)}${ending}`);
        expect(age && age.leastMs <= ms && ms < age.mostMs).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['Up 3 seconds', { kind: 'up', leastMs: 3000, mostMs: 4000 }],
    ['Exited (137) Less than a second ago', { kind: 'exited', leastMs: 0, mostMs: 1000 }],
    ['Restarting (1) 5 seconds ago', { kind: 'restarting', leastMs: 5000, mostMs: 6000 }],
    ['Created', null],
    ['Removal In Progress', null],
    ['Up since Tuesday', null],
  ])('reads %s', (status, age) => {
    expect(ageOf(status)).toEqual(age);
  });
});
