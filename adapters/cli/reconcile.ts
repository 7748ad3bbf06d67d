/**
 * `ring reconcile`: reconciles once for cron, reported in one line and an exit code. It is safe to run beside a server.
 */
import { RingError } from '../../core/errors.ts';
import type { TickReport } from '../../core/reconcile/report.ts';
import { readSettings, type SettingsInput } from '../config.ts';
import { exitCodeOf } from '../loop/once.ts';
import { openLog } from '../node/log.ts';
import { openRing, type Ring } from '../ring.ts';
import { sayLastWords } from './last-words.ts';

const exitBusy = 3;
const exitFailed = 1;

/**
 * Reconciles once. Resolves to 0 when converged, 2 when not yet converged or not observable, 3 when another process
 * holds the lease, 1 on failure.
 */
export const reconcile = async (flags: SettingsInput, json: boolean): Promise<0 | 1 | 2 | 3> => {
  const say = (line: string, report: Readonly<Record<string, unknown>>) =>
    process.stdout.write(`${json ? JSON.stringify(report) : line}\n`);
  let ring: Ring | null = null;
  try {
    const settings = readSettings(flags);
    const log = openLog({ level: settings.logLevel });
    sayLastWords(log);
    ring = await openRing({ ...settings, log });
    const report = await ring.reconcile();
    say(sentence(report), { ...report });
    return exitCodeOf(report);
  } catch (error) {
    if (error instanceof RingError && error.code === 'RECONCILER_BUSY') {
      say('busy: another process is reconciling', { state: 'busy', code: error.code });
      return exitBusy;
    }
    if (!json) throw error;
    say('', { state: 'failed', error: error instanceof Error ? error.message : String(error) });
    return exitFailed;
  } finally {
    await ring?.close();
  }
};

function sentence({ state, deployments, actions, failures, unknown, duration_ms: ms }: TickReport): string {
  const blind = state === 'unknown' ? ', the engine cannot be seen' : '';
  const unseen = unknown > 0 ? `, ${unknown} unknown${blind}` : blind;
  return `${state}: ${deployments} deployments, ${actions} actions, ${failures} failures${unseen} (${ms} ms)`;
}
