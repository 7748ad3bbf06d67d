/** Parses the text of an env file: one `NAME=value` per line. `merged` defines the precedence of several files. */
import type { Variables } from './interpolate.ts';

/** An invalid line, counted from 1. */
export interface EnvFault {
  readonly line: number;
  readonly message: string;
}

/** The variables of an env file, and its invalid lines. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: readonly EnvFault[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*?)\s*$/;

/**
 * Parses `NAME=value`, comments, `export`, and quotes: single-quoted values literally, double-quoted ones with `\n`,
 * `\t`, `\"`, `\\`.
 */
export function parseEnvFile(text: string): EnvFile {
  const variables: [string, string][] = [];
  const faults: EnvFault[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = assignment.exec(line);
    const value = match ? unquoted(match[2] ?? '') : null;
    if (match && value !== null) variables.push([match[1] ?? '', value]);
    else {
      const message = match ? 'has a quote that is not closed' : 'must be NAME=value or a comment';
      faults.push({ line: index + 1, message });
    }
  }
  return { variables: Object.fromEntries(variables), faults };
}

/** Merges variables: a later file has precedence over an earlier one, the environment over all files. */
export const merged = (files: readonly Variables[], environment: Variables): Variables =>
  Object.assign(Object.create(null), ...files, environment);

function unquoted(text: string): string | null {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text.replace(/\s+#.*$/, '');
  const rest = quote === '"' ? /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/ : /^'([^']*)'\s*(?:#.*)?$/;
  const inner = rest.exec(text)?.[1];
  if (inner === undefined) return null;
  return quote === "'" ? inner : inner.replace(/\\(.)/g, (_, one: string) => escapes[one] ?? `\\${one}`);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  $: '$',
};
