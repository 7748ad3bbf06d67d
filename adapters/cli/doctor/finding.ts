/** Defines the findings of `ring doctor` and formats them. The other files of this folder decide what is checked. */
import type { Colour, Paint } from '../paint.ts';

/** The result of one check. */
export interface Finding {
  readonly check: string;
  /** `fail`: Ring cannot work in this state; `warn`: a part of Ring does not work, or not safely. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do about it; null when nothing is needed. */
  readonly way_out: string | null;
}

/** Makes a finding without a problem. */
export const fine = (check: string, says: string): Finding => ({ check, state: 'ok', says, way_out: null });

/** Makes a finding about something that works only in part, or not safely. */
export const warn = (check: string, says: string, wayOut: string): Finding => ({
  check,
  state: 'warn',
  says,
  way_out: wayOut,
});

/** Makes a finding that prevents Ring from working. */
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

/** Formats the findings: one line each, with the solution below it. */
export function findingLines(findings: readonly Finding[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return findings.flatMap(({ check, state, says, way_out: wayOut }) => [
    `${paint(colours[state], state.padEnd(4))}  ${check.padEnd(width)}  ${says}`,
    ...(wayOut === null ? [] : [`${' '.repeat(width + 8)}${paint('dim', '->')} ${wayOut}`]),
  ]);
}

/** Returns the last line: the overall result. */
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
