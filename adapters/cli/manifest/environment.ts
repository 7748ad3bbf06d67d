/**
 * Reads the text of an env file: one `NAME=value` a line. Who beats whom is decided by whoever merges what comes out.
 */
import type { Variables } from './interpolate.ts';

/** A line that is none, counted from 1. */
export interface EnvFault {
  readonly line: number;
  readonly message: string;
}

/** What an env file sets, and what of it could not be read. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: readonly EnvFault[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*?)\s*$/;

/** Reads `NAME=value`, comments, `export`, and quotes: single ones as they are, double ones with `\n`, `\t`, `\"`, `\\`. */
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

/** What is set by any of them: the last file that names it, but the environment before all files. */
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
