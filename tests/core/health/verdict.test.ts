/** What answers mean: examples of each rule, and what holds for any answers at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HealthCheck, unknownHealth } from '../../../core/health/check.ts';
import { foldAnswer, freshState, healthOf, mostCounted } from '../../../core/health/verdict.ts';
import { aCommandCheck, aFailure, anAnswer, anHttpCheck, aTcpCheck } from '../../support/health.ts';

const startedAt = 1_000_000;

/** `+` a success, `-` a failure, `?` nobody could ask; a second apart, the first a second after the start. */
const answersOf = (signs: string) =>
  [...signs].map((sign, index) => {
    const at = startedAt + (index + 1) * 1_000;
    if (sign === '?') return anAnswer({ at, ok: null, error: 'nobody could ask' });
    return sign === '+' ? anAnswer({ at }) : aFailure({ at });
  });

const stateAfter = (signs: string, check: HealthCheck = anHttpCheck()) =>
  answersOf(signs).reduce((state, answer) => foldAnswer(state, check, answer), freshState(check, startedAt));

/** The verdict after each answer, by its first letter. */
const verdicts = (signs: string, check?: HealthCheck): string =>
  [...signs].map((_, index) => stateAfter(signs.slice(0, index + 1), check).verdict[0]).join('');

describe('a verdict', () => {
  it.each([
    ['---', 'uuf'],
    ['+--+--+', 'ppppppp'],
    ['+---', 'pppf'],
    ['---+', 'uufp'],
    ['---+--', 'uufppp'],
    ['--?-', 'uuuf'],
    ['???', 'uuu'],
    ['+??', 'ppp'],
  ])('after %s was %s', (signs, expected) => {
    expect(verdicts(signs)).toBe(expected);
  });

  it('needs as many successes in a row as are asked for, at first and to recover', () => {
    const check = anHttpCheck({ successThreshold: 3, threshold: 2 });
    expect(verdicts('++-+++--++-+++', check)).toBe('uuuuuppffffffp');
  });

  it('keeps the reason of the failure that made it so until it passes', () => {
    const failing = stateAfter('---');
    expect(failing.reason).toBe('the http check of :8080/healthz is failing: it answered 503');
    const later = foldAnswer(failing, anHttpCheck(), aFailure({ error: 'no answer within 5s' }));
    expect(later.reason).toBe(failing.reason);
    expect(stateAfter('---+').reason).toBeNull();
  });
});

describe('the start period', () => {
  const check = anHttpCheck({ startPeriodMs: 5_500 });

  it('lets failures pass that fall within it', () => {
    expect(verdicts('-----', check)).toBe('uuuuu');
    expect(stateAfter('-----', check).failures).toBe(0);
    expect(verdicts('--------', check)).toBe('uuuuuuuf');
  });

  it('ends with the first success', () => {
    expect(verdicts('+---', check)).toBe('pppf');
    expect(verdicts('-+---', check)).toBe('upppf');
  });

  it('does not begin anew', () => {
    expect(stateAfter('+', check).graceUntil).toBeNull();
    expect(stateAfter('+-', check).graceUntil).toBeNull();
    expect(stateAfter('------', check).graceUntil).toBeNull();
  });
});

const anyCheck: fc.Arbitrary<HealthCheck> = fc
  .record({
    threshold: fc.integer({ min: 1, max: 5 }),
    successThreshold: fc.integer({ min: 1, max: 5 }),
    startPeriodMs: fc.constantFrom(0, 3_500, 20_500),
    onFailure: fc.constantFrom('restart' as const, 'alert' as const, 'none' as const),
    readiness: fc.boolean(),
  })
  .map((terms) => anHttpCheck(terms));

const anySigns = fc.array(fc.constantFrom('+', '-', '?'), { maxLength: 60 }).map((signs) => signs.join(''));

describe('whatever is answered', () => {
  it('never fails before the threshold in a row, counted after the start period, and never without', () => {
    fc.assert(
      fc.property(anyCheck, anySigns, (check, signs) => {
        const history = [...signs].map((_, index) => verdicts(signs, check)[index]);
        history.forEach((verdict, index) => {
          if (verdict !== 'f' || history[index - 1] === 'f') return;
          const asked = [...signs.slice(0, index + 1)].filter((sign) => sign !== '?');
          expect(asked.slice(-check.threshold)).toEqual(Array(check.threshold).fill('-'));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('counts within bounds, in one direction at a time, and shrinks', () => {
    fc.assert(
      fc.property(anyCheck, anySigns, (check, signs) => {
        const { successes, failures } = stateAfter(signs, check);
        expect(successes === 0 || failures === 0).toBe(true);
        expect(successes + failures).toBeLessThanOrEqual(Math.min(mostCounted, signs.length));
        expect(stateAfter(`${signs}+`, check).failures).toBe(0);
        expect(stateAfter(`${signs}+-`, check).successes).toBe(0);
      }),
    );
    const state = answersOf('+'.repeat(mostCounted + 5)).reduce(
      (so, answer) => foldAnswer(so, anHttpCheck(), answer),
      freshState(anHttpCheck(), 0),
    );
    expect(state.successes).toBe(mostCounted);
  });

  it('comes to the right verdict once answers agree for long enough', () => {
    fc.assert(
      fc.property(anyCheck, anySigns, (check, signs) => {
        expect(stateAfter(signs + '+'.repeat(check.successThreshold), check).verdict).toBe('passing');
        const long = '-'.repeat(25 + check.threshold);
        expect(stateAfter(signs + long, check).verdict).toBe('failing');
      }),
    );
  });

  it('is no verdict at all while nobody could ask', () => {
    fc.assert(
      fc.property(anyCheck, anySigns, (check, signs) => {
        expect(stateAfter(`${signs}???`, check)).toEqual(stateAfter(signs, check));
      }),
    );
  });

  it('never forgets a verdict, and moves the end of the start period at most once, to its end', () => {
    fc.assert(
      fc.property(anyCheck, anySigns, (check, signs) => {
        expect(verdicts(signs, check)).toMatch(/^u*[pf]*$/);
        const ends = [...signs].map((_, index) => stateAfter(signs.slice(0, index + 1), check).graceUntil);
        const first = freshState(check, startedAt).graceUntil;
        const at = ends.indexOf(null);
        ends.forEach((end, index) => {
          expect(end).toBe(at >= 0 && index >= at ? null : first);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('the health of an instance', () => {
  const passing = (check: HealthCheck) => ({ check, state: stateAfter('+', check) });
  const failing = (check: HealthCheck) => ({ check, state: stateAfter('---', check) });
  const unknown = (check: HealthCheck) => ({ check, state: stateAfter('', check) });
  const gate = anHttpCheck({ readiness: true, onFailure: 'none' });
  const other = aTcpCheck({ readiness: true, onFailure: 'none' });

  it('is ready without a readiness check, whatever the others say', () => {
    const health = healthOf([unknown(anHttpCheck()), failing(aTcpCheck({ onFailure: 'alert' }))]);
    expect(health).toEqual({ ready: true, failing: null, unreadyReason: null });
    expect(healthOf([])).toEqual(unknownHealth([]));
  });

  it('is not known before every readiness check has come to a verdict', () => {
    expect(healthOf([unknown(gate)])).toEqual(unknownHealth([gate]));
    expect(healthOf([passing(gate), unknown(other)])).toEqual({
      ready: null,
      failing: null,
      unreadyReason: null,
    });
  });

  it('is ready when all readiness checks pass, of one type or of several', () => {
    const second = anHttpCheck({ readiness: true, port: 9090, onFailure: 'none' });
    expect(healthOf([passing(gate), passing(second)]).ready).toBe(true);
    expect(healthOf([passing(gate), failing(second)])).toEqual({
      ready: false,
      failing: null,
      unreadyReason: 'the http check of :9090/healthz is failing: it answered 503',
    });
  });

  it('is not ready as soon as one readiness check fails', () => {
    expect(healthOf([failing(gate), unknown(other)]).ready).toBe(false);
  });

  it('calls for a restart when a check that asks for one is failing', () => {
    const command = aCommandCheck();
    expect(healthOf([passing(anHttpCheck()), failing(command)])).toEqual({
      ready: true,
      failing: 'the command check is-well is failing: it answered 503',
      unreadyReason: null,
    });
    expect(healthOf([failing(aTcpCheck({ onFailure: 'alert' }))]).failing).toBeNull();
  });

  it('is judged check by check: no number of passing ones makes up for one that fails', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('+', '---', ''), { minLength: 1, maxLength: 10 }), (all) => {
        const judged = all.map((signs, port) => {
          const check = anHttpCheck({ readiness: true, port });
          return { check, state: stateAfter(signs, check) };
        });
        const { ready, failing: why } = healthOf(judged);
        expect(ready).toBe(all.includes('---') ? false : all.includes('') ? null : true);
        expect(why !== null).toBe(all.includes('---'));
      }),
    );
  });
});
