/** Programs inside containers, on an engine that refuses, breaks, hangs or forgets. */
import { describe, expect, it } from 'vitest';
import { breakAfter, hang, json, refusal, type StubEngine, stall, startStubEngine } from './stub-engine.ts';

const make = /^POST \/containers\/a\/exec$/;
const start = /^POST \/exec\/e1\/start$/;
const inspect = /^GET \/exec\/e1\/json$/;

const frame = (text: string, stream = 1): string =>
  `${String.fromCharCode(stream, 0, 0, 0, 0, 0, text.length >> 8, text.length & 255)}${text}`;
const says =
  (text: string) =>
  (response: { writeHead(status: number): { end(body: Buffer): void } }): void =>
    response.writeHead(200).end(Buffer.from(text, 'latin1'));
const ended = (ExitCode: number) => json({ Running: false, ExitCode });
const runsOn = json({ Running: true, ExitCode: null });

/** An engine on which a program says `hi` and ends with 0, unless told otherwise. */
const startExec = (): Promise<StubEngine> =>
  startStubEngine([
    [make, () => json({ Id: 'e1' }, 201)],
    [start, () => says(frame('hi'))],
    [inspect, () => ended(0)],
  ]);
const program = { command: ['true'], timeoutMs: 150 };

describe('a program inside a container', () => {
  it('is answered for with both of its streams, in order, up to a bound', async () => {
    const { runtime, answer } = await startExec();
    answer([start, () => says(frame('one ') + frame('two ', 2) + frame('x'.repeat(5000)) + frame('end'))]);
    const { exitCode, output } = await runtime.exec('a', program);
    expect([exitCode, output]).toEqual([0, `one two ${'x'.repeat(4088)}`]);
  });

  it('is waited for when it closes its output and runs on', async () => {
    const { runtime, answer } = await startExec();
    let looks = 0;
    answer([inspect, () => (++looks < 3 ? runsOn : ended(7))]);
    expect(await runtime.exec('a', program)).toEqual({ exitCode: 7, output: 'hi' });
  });

  it.each([
    ['says nothing more', stall(frame('hi'))],
    ['closed its output', says(frame('hi'))],
  ])('has no exit code when it %s and is not done in time', async (_, answer) => {
    const engine = await startExec();
    engine.answer([start, () => answer], [inspect, () => runsOn]);
    expect(await engine.runtime.exec('a', program)).toEqual({ exitCode: null, output: 'hi' });
  });

  it('is known by its exit code where the engine refuses to begin what does not exist', async () => {
    const { runtime, answer } = await startExec();
    const words = 'OCI runtime exec failed: exec: "nope": executable file not found in $PATH: unknown';
    answer([start, () => refusal(400, words)], [inspect, () => ended(127)]);
    expect(await runtime.exec('a', program)).toEqual({ exitCode: 127, output: words });
  });

  it.each([
    ['refuses it', [make, () => refusal(409, 'Container a is not running')], 'other'],
    ['hangs at first', [make, () => hang], 'unavailable'],
    ['hangs at the start', [start, () => hang], 'unavailable'],
    ['breaks off', [start, () => breakAfter(frame('hi'))], 'unavailable'],
    ['hangs meanwhile', [inspect, () => hang], 'unavailable'],
    ['has lost the container', [make, () => refusal(404, 'No such container: a')], 'missing'],
  ] as const)('is an error when the engine %s', async (_, answer, kind) => {
    const engine = await startExec();
    engine.answer([answer[0], answer[1]]);
    await expect(engine.runtime.exec('a', program)).rejects.toMatchObject({ name: 'RuntimeError', kind });
  });

  it('is begun no more while five before it have not ended, and again once they have', async () => {
    const { runtime, answer, requests } = await startExec();
    const short = { command: ['sleep'], timeoutMs: 5 };
    answer([inspect, () => runsOn]);
    for (let run = 0; run < 5; run++) await runtime.exec('a', short);
    await expect(runtime.exec('a', short)).rejects.toMatchObject({ kind: 'other' });
    const begun = requests.filter((line) => make.test(line)).length;
    answer([inspect, () => refusal(404, 'No such exec instance: e1')]);
    answer([inspect, () => ended(0)]);
    expect([begun, await runtime.exec('a', short)]).toEqual([5, { exitCode: 0, output: 'hi' }]);
  });
});
