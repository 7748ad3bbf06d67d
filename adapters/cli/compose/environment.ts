/** Converts a service's environment: its own variables and those of its env files. All values become texts. */
import type { EnvFile } from '../manifest/environment.ts';
import { listOf, pairsOf, recordOf, type Say, textOf } from './fields.ts';

/** Reads the variables of an env file and its invalid lines; null when there is no such file. */
export type ReadEnvFile = (path: string) => EnvFile | null;

/** Merges the variables: a later file has precedence over an earlier one, `environment` over both. */
export function environmentOf(
  { environment, files }: { readonly environment: unknown; readonly files: unknown },
  readEnvFile: ReadEnvFile,
  say: Say,
): Readonly<Record<string, string>> {
  const fromFiles = listOf(files).flatMap((file) => {
    const path = textOf(file) ?? textOf(recordOf(file).path) ?? '';
    const isNeeded = recordOf(file).required !== false;
    const found = readEnvFile(path);
    if (found === null && isNeeded) say('env_file', `${path} does not exist: its variables are missing`);
    if (found === null) return [];
    const { variables, faults } = found;
    for (const { line, message } of faults) say('env_file', `${path}:${line} is left out: it ${message}`);
    const count = Object.keys(variables).length;
    say(
      'env_file',
      `the ${count} values of ${path} now stand in the manifest: make secrets of those that are`,
    );
    const withDollar = Object.keys(variables).filter((name) => variables[name]?.includes('$'));
    if (withDollar.length > 0)
      say(
        'env_file',
        `${path}: the $ in ${withDollar.join(', ')} is taken as it is, where Compose replaces variables: check these values`,
      );
    return Object.entries(variables).map(([name, value]) => [name, value.replaceAll('$', '$$$$')] as const);
  });
  // A name without a value refers to the variable that is set when Compose is called.
  const own = pairsOf(environment).map(([name, value]) => [name, value ?? `\${${name}:-}`] as const);
  return Object.fromEntries([...fromFiles, ...own]);
}
