/**
 * The crash score: Ring is killed at every call to a real engine, before it and after it, and after every write of its
 * database, while a client deploys, rolls out, scales, runs jobs and deletes. Every time all must end as declared. A run
 * takes every third of these points, by the day another third; RING_CRASH_EVERY=1 takes them all, as the score does.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addBystanders, type Bystanders } from '../support/bystanders.ts';
import { crashImages } from '../support/crash-script.ts';
import { type Crash, runTrial, type Trial } from '../support/crash-trial.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { makeRingCommand, type RingCommand } from '../support/ring-command.ts';

const lanes = 3;
const every = Number(process.env.RING_CRASH_EVERY ?? 3);
/** The first point, from 1. */
const from = Number(process.env.RING_CRASH_FROM ?? (Math.floor(Date.now() / 86_400_000) % every) + 1);
const report: string[] = [];
let engine: OwnEngine;
let command: RingCommand;
let bystanders: Bystanders;

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  command = await makeRingCommand('tests/support/odd-ring.ts');
  engine = await openOwnEngine();
  for (const image of crashImages) await engine.ensureTestImage(image.split(':')[1]);
  bystanders = await addBystanders(engine.docker, crashImages[0]);
});

afterAll(async () => {
  await engine?.close();
  await command?.remove();
  if (report.length === 0) return;
  await mkdir('.cache', { recursive: true });
  await writeFile('.cache/crash-score.txt', `${report.join('\n')}\n`);
});

const inWords = ({ crash, point, failure }: Trial) => `  ${crash.at} ${crash.number} (${point}): ${failure}`;

/** Tries one point after the other, a few at a time, until the script has no more of them. */
const tryAll = async (at: Crash['at']): Promise<Trial[]> => {
  const trials: Trial[] = [];
  let next = from;
  let isEnd = false;
  const work = async (lane: number) => {
    while (!isEnd) {
      const number = next;
      next += every;
      const place = { command, socketPath: engine.socketPath, lane };
      const trial = await runTrial(place, { at, number });
      if (trial.reached || trial.failure !== null) trials.push(trial);
      if (trial.failure !== null) console.log(inWords(trial));
      if (!trial.reached) isEnd = true;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  return trials.sort((one, other) => one.crash.number - other.crash.number);
};

describe.runIf(isLinuxRoot())('killed without mercy', () => {
  test.each(['before the call', 'after the call', 'after the write'] as const)(
    '%s, at each of them, Ring comes back to exactly what was declared',
    async (at) => {
      const before = await bystanders.look();
      const trials = await tryAll(at);
      const failed = trials.filter(({ failure }) => failure !== null);
      const which = every === 1 ? '' : ` (one point of ${every}, from ${from} on)`;
      const line = `crash score, ${at}: ${trials.length - failed.length} of ${trials.length}${which}`;
      report.push(
        line,
        ...failed.map(({ crash, point, failure }) => `  ${crash.number} (${point}): ${failure}`),
      );
      console.log(line);
      expect(failed.map(inWords)).toEqual([]);
      expect(trials.length).toBeGreaterThan(30 / every);
      expect(await bystanders.look()).toEqual(before);
    },
    1_800_000,
  );
});
