/** A service's environment: its own, and what its env files set. Values are texts, whatever they look like. */
import { listOf, pairsOf, recordOf, type Say, textOf } from './fields.ts';

/** What an env file sets; null where there is none. */
export type ReadEnvFile = (path: string) => Readonly<Record<string, string>> | null;

/** The variables: a later file beats an earlier one, `environment` beats both. */
export function environmentOf(
  { environment, files }: { readonly environment: unknown; readonly files: unknown },
  readEnvFile: ReadEnvFile,
  say: Say,
): Readonly<Record<string, string>> {
  const fromFiles = listOf(files).flatMap((file) => {
    const path = textOf(file) ?? textOf(recordOf(file).path) ?? '';
    const isNeeded = recordOf(file).required !== false;
    const variables = readEnvFile(path);
    if (variables === null && isNeeded) say('env_file', `${path} is not there: its variables are missing`);
    if (variables === null) return [];
    const count = Object.keys(variables).length;
    say(
      'env_file',
      `the ${count} values of ${path} now stand in the manifest: make secrets of those that are`,
    );
    // What is in an env file is taken as it is, dollars too.
    return Object.entries(variables).map(([name, value]) => [name, value.replaceAll('$', '$$$$')] as const);
  });
  // A name without a value stands for what is set where Compose is called.
  const own = pairsOf(environment).map(([name, value]) => [name, value ?? `\${${name}:-}`] as const);
  return Object.fromEntries([...fromFiles, ...own]);
}
