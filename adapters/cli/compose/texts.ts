/**
 * Parses the syntax within Compose's texts: variables, parts separated by colons, shell words, durations, names.
 * Compose has more forms of variables than Ring; equivalent ones are rewritten.
 */
import { endOf } from '../manifest/interpolate.ts';

/** A text with variables in Ring's forms, and those without an equivalent. */
export interface Rewritten {
  readonly text: string;
  /** The forms that Ring does not have. */
  readonly lost: readonly string[];
  /** The variables that must be set. */
  readonly needed: readonly string[];
}

const bare = /^\$([A-Za-z_][A-Za-z0-9_]*)/;
const braced = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/;

/** Rewrites Compose's variables in Ring's forms. */
export function rewriteVariables(text: string): Rewritten {
  const lost: string[] = [];
  const needed: string[] = [];
  let out = '';
  let at = 0;
  while (at < text.length) {
    const end = text.startsWith('${', at) ? endOf(text, at + 2) : -1;
    const plain = bare.exec(text.slice(at));
    if (text.startsWith('$$', at)) {
      out += '$$';
      at += 2;
    } else if (end > 0) {
      const one = rewriteOne(text.slice(at + 2, end));
      out += one.text;
      lost.push(...one.lost);
      needed.push(...one.needed);
      at = end + 1;
    } else if (plain) {
      out += `\${${plain[1]}}`;
      needed.push(plain[1] ?? '');
      at += plain[0].length;
    } else {
      out += text[at];
      at += 1;
    }
  }
  return { text: out, lost, needed };
}

function rewriteOne(inside: string): Rewritten {
  const match = braced.exec(inside);
  if (!match) return { text: `$\${${inside}}`, lost: [`\${${inside}}`], needed: [] };
  const [, name = '', operator, rest = ''] = match;
  if (operator === undefined || operator.endsWith('?'))
    return { text: `\${${name}}`, lost: [], needed: [name] };
  if (operator.endsWith('+')) return { text: `\${${name}:-}`, lost: [`\${${inside}}`], needed: [] };
  const otherwise = rewriteVariables(rest);
  return { ...otherwise, text: `\${${name}:-${otherwise.text}}` };
}

/** Splits a text at colons, except those within variables. */
export function splitColons(text: string): readonly string[] {
  const parts = [''];
  let at = 0;
  while (at < text.length) {
    const end = text.startsWith('${', at) ? endOf(text, at + 2) : -1;
    const piece = end > 0 ? text.slice(at, end + 1) : (text[at] ?? '');
    if (piece === ':') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
    at += piece.length;
  }
  return parts;
}

/** Splits a command into words as a shell does, without its other features; null when a quote is not closed. */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  const word = /\s*((?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)/y;
  const whole = text.trimEnd();
  while (word.lastIndex < whole.length) {
    const match = word.exec(whole);
    if (!match) return null;
    words.push(unquoted(match[1] ?? ''));
  }
  return words;
}

const unquoted = (word: string): string =>
  word.replace(/\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'/g, (piece) => {
    if (piece.startsWith('\\')) return piece.slice(1);
    const inner = piece.slice(1, -1);
    return piece.startsWith("'") ? inner : inner.replace(/\\(["\\$`])/g, '$1');
  });

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Returns a duration such as `1m30s` in ms; a number is in seconds. Null for anything else. */
export function durationMs(value: unknown): number | null {
  if (typeof value === 'number') return value * 1000;
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(value)) return null;
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}

/** Formats milliseconds as a duration of Ring. */
export const durationText = (ms: number): string =>
  ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`;

/** Returns the DNS label that is closest to a name. */
export const labelOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '') || 'app';
