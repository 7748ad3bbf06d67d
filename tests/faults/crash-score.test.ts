/**
 * The crash score: Ring is killed at every call to a real engine, before it and after it, and after every write of its
 * database, while a client works through each chapter of crash-chapters.ts. Every time all must end as declared. A run
 * takes every fifth of these points, by the day another fifth; RING_CRASH_EVERY=1 takes them all, as the score does.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addBystanders, type Bystanders } from '../support/bystanders.ts';
import { chapters } from '../support/crash-chapters.ts';
import { type Chapter, crashImages } from '../support/crash-script.ts';
import { runTrial, type Trial } from '../support/crash-trial.ts';
import { type InnerRegistry, openInnerRegistry } from '../support/inner-registry.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { makeRingCommand, type RingCommand } from '../support/ring-command.ts';

const lanes = 3;
const every = Number(process.env.RING_CRASH_EVERY ?? 5);
/** The first point, from 1. */
const from = Number(process.env.RING_CRASH_FROM ?? (Math.floor(Date.now() / 86_400_000) % every) + 1);
const report: string[] = [];
let engine: OwnEngine;
let command: RingCommand;
let bystanders: Bystanders;
let registry: InnerRegistry;
const remoteImages: string[] = [];

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  command = await makeRingCommand('tests/support/odd-ring.ts');
  engine = await openOwnEngine();
  for (const image of crashImages) await engine.ensureTestImage(image.split(':')[1]);
  bystanders = await addBystanders(engine.docker, crashImages[0]);
  registry = await openInnerRegistry(engine);
  for (let lane = 0; lane < lanes; lane += 1) {
    remoteImages.push(await registry.publish(`app/lane-${lane}`, '1'));
  }
});

afterAll(async () => {
  await registry?.close();
  await engine?.close();
  await command?.remove();
  if (report.length === 0) return;
  await mkdir('.cache', { recursive: true });
  await writeFile('.cache/crash-score.txt', `${report.join('\n')}\n`);
});

const inWords = ({ crash, point, failure }: Trial) => `  ${crash.at} ${crash.number} (${point}): ${failure}`;

const moments = ['before the call', 'after the call', 'after the write'] as const;

/**
 * Tries one point of a chapter after the other, a few at a time, until it has no more of them. Each lane has a moment of
 * its own and helps with the others' once that is done: so few trials find out where the points end.
 */
const tryAll = async (chapter: Chapter): Promise<Trial[]> => {
  const trials: Trial[] = [];
  const series = moments.map((at) => ({ at, next: from, isOver: false }));
  const work = async (lane: number) => {
    const own = [...series.slice(lane), ...series.slice(0, lane)];
    for (;;) {
      const one = own.find(({ isOver }) => !isOver);
      if (!one) return;
      const crash = { at: one.at, number: one.next };
      one.next += every;
      const remoteImage = remoteImages[lane] ?? '';
      const trial = await runTrial(
        { command, socketPath: engine.socketPath, lane, remoteImage },
        chapter,
        crash,
      );
      if (trial.reached || trial.failure !== null) trials.push(trial);
      if (trial.failure !== null) console.log(inWords(trial));
      one.isOver ||= !trial.reached;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  return trials.sort((one, other) => one.crash.number - other.crash.number);
};

const which = every === 1 ? 'all of them' : `one of ${every}, from ${from} on`;

describe.runIf(isLinuxRoot())('killed without mercy', () => {
  test.each(chapters.map((chapter) => [chapter.title, chapter] as const))(
    'in %s, Ring comes back to exactly what was declared',
    async (title, chapter) => {
      const before = await bystanders.look();
      const begun = Date.now();
      const trials = await tryAll(chapter);
      const isFailed = ({ failure }: Trial) => failure !== null;
      for (const at of moments) {
        const of = trials.filter(({ crash }) => crash.at === at);
        const failed = of.filter(isFailed);
        const line = `crash score, ${title}, ${at}: ${of.length - failed.length} of ${of.length} (${which})`;
        report.push(line, ...failed.map(inWords));
        console.log(line);
        expect(of.length).toBeGreaterThan(9 / every);
      }
      report.push(`  ${trials.length} trials in ${Math.round((Date.now() - begun) / 1000)} s`);
      expect(trials.filter(isFailed).map(inWords)).toEqual([]);
      expect(await bystanders.look()).toEqual(before);
    },
    3_600_000,
  );
});
