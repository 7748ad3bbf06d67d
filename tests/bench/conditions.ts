/** The conditions of a run, read before it begins: figures without them mean nothing. */
import { cpus, loadavg, release, totalmem } from 'node:os';
import type { BenchEngine } from './bench-engine.ts';
import { field } from './json-http.ts';

/** What a reader must know, as lines of name and value. */
export type Conditions = readonly (readonly [string, string])[];

/** Reads them. */
export const readConditions = async ({ api, origin }: BenchEngine): Promise<Conditions> => {
  const version = await api.json({ method: 'GET', path: '/version' });
  const info = await api.json({ method: 'GET', path: '/info' });
  const [model] = cpus();
  return [
    ['Date', new Date().toISOString().slice(0, 16).replace('T', ' ')],
    ['Processors', `${cpus().length} x ${model?.model.trim() ?? 'unknown'}, shared by all that is measured`],
    ['Memory', `${(totalmem() / 1e9).toFixed(1)} GB`],
    [
      'Load before the run',
      loadavg()
        .map((load) => load.toFixed(2))
        .join(', '),
    ],
    ['Kernel', `${process.platform} ${release()}`],
    ['Node', process.version],
    [
      'Engine',
      `Docker ${field(version, 'Version')} (API ${field(version, 'ApiVersion')}), storage ${field(info, 'Driver')}, ${origin}`,
    ],
  ];
};
