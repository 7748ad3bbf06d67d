/**
 * `ring serve`: the API on a port and the reconcile loop, until a signal ends both. This file decides one thing about
 * access: while a user has the default password, Ring listens only on loopback addresses.
 */
import { defaultPassword, isDefaultPassword } from '../../core/access/default-password.ts';
import { readSettings, type SettingsInput } from '../config.ts';
import { openLog } from '../node/log.ts';
import { type OpenServer, openServer } from '../node/server.ts';
import { openRing, type Ring } from '../ring.ts';
import { sayLastWords } from './last-words.ts';
import { readVersion } from './version.ts';

export type { SettingsInput } from '../config.ts';

const graceMs = 6_000;

/** Serves until SIGTERM or SIGINT. Rejects with an error for the operator when it cannot start. */
export const serve = async (flags: SettingsInput): Promise<void> => {
  const settings = readSettings(flags);
  const local = isLoopback(settings.host);
  if (!local && isDefaultPassword(settings.adminPassword ?? '')) throw new Error(exposed(settings.host));
  const log = openLog({ level: settings.logLevel });
  const ended = signalled();
  sayLastWords(log);
  const ring = await openRing({ ...settings, log });
  try {
    if (!local && (await ring.keepsDefaultPassword())) throw new Error(exposed(settings.host));
    const server = await openServer(ring.node, settings);
    say(`Ring ${readVersion()} listens on ${server.url}`);
    ring.start();
    // On loopback this is checked only after listening, because checking passwords takes time.
    if (local && (await ring.keepsDefaultPassword())) {
      say(`A user's password is still "${defaultPassword}": change it.`);
    }
    log.info('ending', { signal: await ended });
    await end(server, ring);
  } finally {
    await ring.close(0);
  }
};

async function end(server: OpenServer, ring: Ring): Promise<void> {
  await Promise.all([server.close(graceMs), ring.stop(graceMs)]);
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Whether an address is reachable only from this machine. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function exposed(host: string): string {
  return (
    `Not listening on ${host}: a user's password is still "${defaultPassword}". ` +
    'For administrators, set RING_ADMIN_PASSWORD to another one; for others, listen on 127.0.0.1 and change it'
  );
}

/** Resolves with the first termination signal; a second one ends the process at once. */
function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
