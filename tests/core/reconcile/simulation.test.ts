/** Many lives of a small world, each decided by a seed: whatever is declared and whatever breaks, the promises hold. */
import { expect, it } from 'vitest';
import { live, type Story } from '../../support/chaos.ts';

const lives = 200;
const actsPerLife = 25;

it('keeps its promises whatever happens, and comes to rest once nothing does', async () => {
  const failed: Story[] = [];
  for (let seed = 1; seed <= lives; seed += 1) {
    const story = await live(seed, actsPerLife);
    if (story.complaints.length > 0) failed.push(story);
  }
  expect(failed, `Seeds that failed: ${failed.map(({ seed }) => seed).join(', ')}`).toEqual([]);
}, 120_000);
