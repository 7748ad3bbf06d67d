/** What a check of `ring doctor` found, and how all that was found is shown. What is looked at is decided by its neighbours. */
import type { Colour, Paint } from '../paint.ts';

/** What one check found. */
export interface Finding {
  readonly check: string;
  /** `fail`: Ring cannot do its work like this; `warn`: a part of it, or not safely. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do about it; null where nothing is. */
  readonly way_out: string | null;
}

/** All is as it should be. */
export const fine = (check: string, says: string): Finding => ({ check, state: 'ok', says, way_out: null });

/** Works in part, or not safely. */
export const warn = (check: string, says: string, wayOut: string): Finding => ({
  check,
  state: 'warn',
  says,
  way_out: wayOut,
});

/** Ring cannot do its work like this. */
export const fail = (check: string, says: string, wayOut: string): Finding => ({
  check,
  state: 'fail',
  says,
  way_out: wayOut,
});

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<
  Finding['state'],
  Colour
>;

/** Lines for people: one for each finding, and below it what to do. */
export function findingLines(findings: readonly Finding[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return findings.flatMap(({ check, state, says, way_out: wayOut }) => [
    `${paint(colours[state], state.padEnd(4))}  ${check.padEnd(width)}  ${says}`,
    ...(wayOut === null ? [] : [`${' '.repeat(width + 8)}${paint('dim', '->')} ${wayOut}`]),
  ]);
}

/** The last line: how it stands on the whole. */
export function verdict(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed + warned === 0) return 'All is well.';
  const parts = [
    ...(failed > 0 ? [`${failed} ${failed === 1 ? 'thing keeps' : 'things keep'} Ring from its work`] : []),
    ...(warned > 0 ? [`${warned} ${warned === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  return `${parts.join(', ')}.`;
}
