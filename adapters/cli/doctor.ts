/**
 * `ring doctor`: checks everything that Ring needs on this machine and reports problems and their solutions. It queries
 * the engine, reads the settings and changes nothing; the files in doctor/ judge the results.
 */
import { readSettings, type Settings, SettingsError, type SettingsInput } from '../config.ts';
import { makeEngine } from '../docker/connect.ts';
import { engineAddress, isHere } from '../engine-address.ts';
import { readKeyFile } from '../security/key-file.ts';
import type { CommandContext } from './command-context.ts';
import { checkDataDir, checkKey, checkMemory, nearestAbove } from './doctor/data.ts';
import { checkDisk } from './doctor/disk.ts';
import { checkEngine, type EngineLook, rootDirOf } from './doctor/engine.ts';
import { type Finding, fail, findingLines, fine, verdict } from './doctor/finding.ts';
import { checkPort } from './doctor/port.ts';
import { checkVersions } from './doctor/versions.ts';
import { type ExitCode, exits } from './exit-codes.ts';
import type { OutputOptions } from './output-option.ts';
import { printValue } from './print.ts';
import { readVersion } from './version.ts';

/** The options of `ring doctor`. */
export type DoctorOptions = SettingsInput & OutputOptions;

// An engine that takes longer, in ms, to report its version is considered broken.
const patienceMs = 10_000;

/** Runs all checks and prints the findings. Resolves to 1 when a finding prevents Ring from working, otherwise 0. */
export const doctor = async (
  { env, terminal }: CommandContext,
  options: DoctorOptions,
): Promise<ExitCode> => {
  const { output, ...flags } = options;
  const findings = await examine(flags, env);
  if (output === 'json' || output === 'yaml') await printValue(terminal, findings, output);
  else if (output === 'name') for (const { check, state } of findings) terminal.line(`${check}/${state}`);
  else {
    for (const line of findingLines(findings, terminal.paint)) terminal.line(line);
    terminal.note(verdict(findings));
  }
  return findings.some(({ state }) => state === 'fail') ? exits.error : exits.ok;
};

async function examine(flags: SettingsInput, env: CommandContext['env']): Promise<readonly Finding[]> {
  const versions = checkVersions(readVersion(), process.versions.node);
  const settings = readOrTell(flags, env);
  if ('findings' in settings) return [versions, ...settings.findings];
  const look = await askEngine(settings);
  const { dataDir, secretKey, runDir } = settings;
  const rootDir = isHere(settings) ? rootDirOf(look) : null;
  return [
    versions,
    fine('settings', 'can be read'),
    ...checkEngine(look, settings.dockerHost),
    await checkDataDir(dataDir),
    await checkKey({ dataDir, hasSetting: secretKey !== null, readKey: () => readKeyFile(dataDir) }),
    await checkMemory(runDir),
    await checkDisk({ whose: 'Ring keeps its data', path: await nearestAbove(dataDir) }),
    ...(rootDir === null ? [] : [await checkDisk({ whose: 'the engine keeps images', path: rootDir })]),
    await checkPort(settings, readVersion()),
  ];
}

function readOrTell(
  flags: SettingsInput,
  env: CommandContext['env'],
): Settings | { readonly findings: readonly Finding[] } {
  try {
    return readSettings(flags, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const way = 'correct it in the environment, in the file that RING_CONFIG names, or on the command line';
    return { findings: error.message.split('\n').map((line) => fail('settings', line, way)) };
  }
}

async function askEngine(settings: Settings): Promise<EngineLook> {
  let close = (): void => undefined;
  try {
    const engine = makeEngine(await engineAddress(settings), patienceMs);
    close = engine.close;
    const { version, apiVersion } = await engine.facts();
    const askedAt = Date.now();
    const info = await engine.get('/info');
    return { version, apiVersion, info, askedAt, answeredAt: Date.now() };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  } finally {
    close();
  }
}
