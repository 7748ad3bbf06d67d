/** Many lives of a small world, each decided by a seed: whatever is declared and whatever breaks, the promises hold. */
import { expect, it } from 'vitest';
import { live, type Story } from '../../support/chaos.ts';

// `npm run simulate` sets these; a seed that failed is lived again by itself.
const first = Number(process.env.RING_SIMULATE_FROM ?? 1);
const lives = Number(process.env.RING_SIMULATE_SEEDS ?? 2_000);
const tells = process.env.RING_SIMULATE_TELL === '1';
const actsPerLife = 25;
const mostFailures = 20;

it(`keeps its promises in ${lives} lives, whatever happens, and comes to rest once nothing does`, async () => {
  const failed: Story[] = [];
  for (let seed = first; seed < first + lives && failed.length < mostFailures; seed += 1) {
    const story = await live(seed, actsPerLife, tells ? (line) => console.info(line) : undefined);
    if (story.complaints.length > 0) failed.push(story);
  }
  expect(failed, `Seeds that failed: ${failed.map(({ seed }) => seed).join(', ')}`).toEqual([]);
}, 3_600_000);
