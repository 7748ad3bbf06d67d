/**
 * Substitutes variables in one text: `${NAME}`, `${NAME:-default}`, and `$$` for a dollar sign. A `$` before anything
 * else is left unchanged. read-yaml.ts decides which texts are processed, environment.ts provides the variables.
 */

/** The variables that are set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The text with its variables substituted, or a message about a fault. */
export type Interpolated = { readonly text: string } | { readonly fault: string };

/** Substitutes the variables; their values are not processed again. */
export function interpolate(text: string, variables: Variables): Interpolated {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return { text: out + text.slice(at) };
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '{') {
      const end = endOf(text, dollar + 2);
      const found =
        end < 0
          ? { fault: 'has a "$" and "{" without a "}"' }
          : fillOf(text.slice(dollar + 2, end), variables);
      if ('fault' in found) return found;
      out += found.text;
      at = end + 1;
    } else {
      out += '$';
      at = dollar + (next === '$' ? 2 : 1);
    }
  }
  return { text: out };
}

/**
 * Returns the index of the brace that closes the one opened before `from`, -1 when there is none; defaults may contain
 * variables.
 */
export function endOf(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

const form = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

function fillOf(inside: string, variables: Variables): Interpolated {
  const match = form.exec(inside);
  if (!match) {
    return { fault: `has "\${${inside}}": the forms are \${NAME} and \${NAME:-default}, and $$ is a dollar` };
  }
  const [, name = '', otherwise] = match;
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (otherwise === undefined) {
    return value === undefined
      ? {
          fault: `${name} is not set: set it, give a file that has it by --env-file, or write \${${name}:-default}`,
        }
      : { text: value };
  }
  return value === undefined || value === '' ? interpolate(otherwise, variables) : { text: value };
}
