/** How the findings are shown: a summary on the screen, and docs/BENCHMARKS.md. No number here is written by hand. */
import { writeFile } from 'node:fs/promises';
import type { Conditions } from './conditions.ts';
import { type Findings, type Goal, reaches, type Table, targetText } from './figures.ts';

/** What a report is made of. */
export interface Report {
  readonly conditions: Conditions;
  readonly findings: readonly Findings[];
}

const digits = (value: number): number => (Math.abs(value) >= 20 ? 0 : 2);
const shown = ({ measured, unit }: Goal): string => `${measured.toFixed(digits(measured))}${unit}`;

/** The figures to reach, each with what was measured, as a Markdown table. */
export const summary = (findings: readonly Findings[]): string =>
  table({
    head: ['Figure to reach', 'measured', 'wanted', ''],
    rows: findings
      .flatMap(({ goals }) => goals)
      .map((goal) => [
        goal.name,
        shown(goal),
        `${targetText(goal.target)}${goal.unit}`,
        reaches(goal.measured, goal.target) ? 'met' : '**missed**',
      ]),
  });

/** Everything that was measured, as Markdown sections. */
export const details = (findings: readonly Findings[]): string =>
  findings
    .flatMap(({ tables }) => tables)
    .map(section)
    .join('\n\n');

/** Writes the report. */
export const writeReport = (path: string, { conditions, findings }: Report): Promise<void> =>
  writeFile(
    path,
    `${[
      '# Benchmarks',
      'Written by `npm run bench`, whole, in one run: everything below was measured side by side, and the ratios say more than the times. Run it again on your own machine; `npm run bench -- --install` fetches docker-compose from Debian to be measured too.',
      table({ head: ['Conditions', ''], rows: conditions }),
      '## Figures to reach',
      summary(findings),
      details(findings),
    ].join('\n\n')}\n`,
  );

const section = ({ title, notes, head, rows }: Table): string =>
  [`## ${title}`, ...notes, table({ head, rows })].join('\n\n');

const table = ({ head, rows }: Pick<Table, 'head' | 'rows'>): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};
