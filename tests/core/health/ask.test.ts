/** One question: what is passed on, what comes of each answer, and that it always comes to an end. */
import { describe, expect, it } from 'vitest';
import { ask } from '../../../core/health/ask.ts';
import type { HealthCheck } from '../../../core/health/check.ts';
import type { HttpProbe, Probes } from '../../../core/health/probes.ts';
import { makeStop } from '../../../core/log/stop.ts';
import type { ExecRequest, ExecResult } from '../../../core/runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { aCommandCheck, anHttpCheck, aTarget, aTcpCheck } from '../../support/health.ts';
import { madeAt } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeVirtualClock } from '../../support/virtual-clock.ts';

interface World {
  readonly http?: Probes['http'];
  readonly tcp?: Probes['tcp'];
  readonly exec?: (id: string, request: ExecRequest) => Promise<ExecResult>;
}

const nothing = { at: Date.parse(madeAt), durationMs: 0, status: null, exitCode: null, excerpt: '' };
const blot = async (_target: unknown, text: string) => text.replaceAll('hunter2', '***');
const never = () => new Promise<never>(() => undefined);

function begin(check: HealthCheck, { http = never, tcp = never, exec = never }: World, target = aTarget()) {
  const clock = makeVirtualClock();
  const { signal, stop } = makeStop();
  const ports = { probes: { http, tcp }, runtime: { exec }, clock, log: silentLog, redact: blot };
  return { answer: ask({ check, target, signal }, ports), clock, stop };
}

describe('over http', () => {
  it('asks for the path at the address, by the name of the deployment', async () => {
    const asked: HttpProbe[] = [];
    const http = async (probe: HttpProbe) => {
      asked.push(probe);
      return { status: 200, body: 'fine' };
    };
    const check = anHttpCheck({ headers: { A: 'b' } });
    expect(await begin(check, { http }).answer).toEqual({
      ...nothing,
      ok: true,
      status: 200,
      excerpt: 'fine',
      error: null,
    });
    expect(asked).toMatchObject([
      {
        address: '10.210.0.2',
        port: 8080,
        path: '/healthz',
        host: 'web',
        headers: { A: 'b' },
        timeoutMs: 5_000,
      },
    ]);
  });

  it('keeps nothing of what was told in confidence, also where its end is cut off', async () => {
    const said = async (body: string) =>
      (await begin(anHttpCheck(), { http: async () => ({ status: 200, body }) }).answer).excerpt;
    expect(await said('db: hunter2')).toBe('db: ***');
    expect(await said(`${'x'.repeat(253)}hunter2`)).toBe(`${'x'.repeat(253)}***`);
  });

  it.each([
    [199, false],
    [200, true],
    [302, true],
    [399, true],
    [400, false],
    [500, false],
  ])('%i passes: %j', async (status, ok) => {
    const answer = await begin(anHttpCheck(), { http: async () => ({ status, body: 'b' }) }).answer;
    expect(answer).toEqual({
      ...nothing,
      ok,
      status,
      excerpt: 'b',
      error: ok ? null : `it answered ${status}`,
    });
  });

  it('keeps the beginning of a body, fit to be shown', async () => {
    const body = `a\r\n\u0000\u001b[31m\u{1F600}${'é'.repeat(4000)}`;
    const { excerpt } = await begin(anHttpCheck(), { http: async () => ({ status: 200, body }) }).answer;
    expect(excerpt).toBe(`a\n\u{fffd}\u{fffd}[31m\u{1F600}${'é'.repeat(247)}`);
    expect([...excerpt]).toHaveLength(256);
  });

  it('fails as it is told why', async () => {
    const http = () => Promise.reject(new Error('the connection was refused'));
    expect(await begin(anHttpCheck(), { http }).answer).toEqual({
      ...nothing,
      ok: false,
      error: 'the connection was refused',
    });
  });

  it('fails at its time when nobody comes back', async () => {
    const { answer, clock } = begin(anHttpCheck(), {});
    await clock.pass(5_000);
    expect(await answer).toEqual({ ...nothing, durationMs: 5_000, ok: false, error: 'no answer within 5s' });
  });

  it('comes back when nobody wants to know any more', async () => {
    const { answer, stop } = begin(anHttpCheck(), {});
    stop();
    expect(await answer).toMatchObject({ durationMs: 0 });
  });
});

describe('over tcp', () => {
  it('passes when the connection is accepted', async () => {
    const answer = await begin(aTcpCheck(), { tcp: async () => undefined }).answer;
    expect(answer).toEqual({ ...nothing, ok: true, error: null });
  });

  it('fails without an address', async () => {
    const answer = await begin(aTcpCheck(), { tcp: async () => undefined }, aTarget({ address: null }))
      .answer;
    expect(answer).toEqual({ ...nothing, ok: false, error: 'it has no address in its network' });
  });
});

describe('by a command', () => {
  const run = (result: ExecResult) => begin(aCommandCheck(), { exec: async () => result }).answer;

  it.each<[ExecResult, object]>([
    [
      { exitCode: 0, output: 'ok\n' },
      { ok: true, exitCode: 0, excerpt: 'ok\n', error: null },
    ],
    [
      { exitCode: 2, output: '' },
      { ok: false, exitCode: 2, error: 'it ended with exit code 2' },
    ],
    [
      { exitCode: null, output: 'a' },
      { ok: false, excerpt: 'a', error: 'it did not end within 5s' },
    ],
  ])('%j', async (result, expected) => {
    expect(await run(result)).toEqual({ ...nothing, ...expected });
  });

  it('runs it in the container, without a shell', async () => {
    const asked: unknown[] = [];
    const exec = async (...given: [string, ExecRequest]) => {
      asked.push(given);
      return { exitCode: 0, output: '' };
    };
    await begin(aCommandCheck({ command: ['a', '$b'] }), { exec }).answer;
    expect(asked).toEqual([['c-1', { command: ['a', '$b'], timeoutMs: 5_000 }]]);
  });

  it.each([
    [new RuntimeError('unavailable', 'no answer'), null],
    [new RuntimeError('missing', 'no answer'), null],
    [new RuntimeError('other', 'no answer'), false],
  ])('says of %o as of the instance: %j', async (error, ok) => {
    const answer = await begin(aCommandCheck(), { exec: () => Promise.reject(error) }).answer;
    expect(answer).toEqual({ ...nothing, ok, error: 'no answer' });
  });

  it('says nothing of the instance when the engine itself does not come back', async () => {
    const { answer, clock } = begin(aCommandCheck(), {});
    await clock.pass(7_000);
    expect(await answer).toMatchObject({ ok: null, error: 'the container engine does not answer' });
  });

  it('shows nothing of an error that nobody foresaw', async () => {
    const exec = () => Promise.reject(new TypeError('secret'));
    expect(await begin(aCommandCheck(), { exec }).answer).toEqual({
      ...nothing,
      ok: null,
      error: 'it could not be run; the log of Ring has the details',
    });
  });
});
