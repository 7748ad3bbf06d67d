/**
 * Converts Compose's mounts: named volumes keep the names that Compose gave them on the engine, so that their data is
 * found again; relative paths become absolute; configs and secrets become files.
 */
import { compact, recordOf, type Say, textOf, textsOf } from './fields.ts';
import type { Names } from './names.ts';
import { splitColons } from './texts.ts';

/** The directories that relative paths start from. */
export interface Folders {
  /** The absolute path of the Compose file's directory. */
  readonly folder: string;
  readonly home: string;
}

/** The context in which mounts are converted. */
export interface MountContext extends Folders {
  readonly names: Names;
  readonly say: Say;
}

/** The converted mounts; those in memory are separate. */
export interface Mounts {
  readonly volumes: readonly unknown[];
  readonly tmpfs: readonly unknown[];
}

/** Converts the `volumes` of a service. */
export function mountsOf(mounts: readonly unknown[], context: MountContext): Mounts {
  const found = mounts.map((mount) =>
    typeof mount === 'object'
      ? longMount(recordOf(mount), context)
      : shortMount(textOf(mount) ?? '', context),
  );
  return { volumes: found.flatMap(({ volumes }) => volumes), tmpfs: found.flatMap(({ tmpfs }) => tmpfs) };
}

const volume = (one: unknown): Mounts => ({ volumes: [one], tmpfs: [] });
const none: Mounts = { volumes: [], tmpfs: [] };
const quiet = new Set(['rw', 'ro', 'cached', 'delegated', 'consistent']);

function shortMount(text: string, context: MountContext): Mounts {
  const [first = '', second, options = '', ...rest] = splitColons(text);
  if (second === undefined) return volume({ type: 'volume', destination: first });
  const words = options.split(',').filter((word) => word !== '');
  const strange = words.filter((word) => !quiet.has(word));
  if (rest.length > 0) context.say('volumes', `${JSON.stringify(text)} is no mount that Ring knows`);
  if (strange.length > 0) context.say('volumes', `${JSON.stringify(text)}: ${strange.join(',')} is left out`);
  const source = sourceOf(first, context);
  return volume(`${source}:${second}${words.includes('ro') ? ':ro' : ''}`);
}

function longMount(mount: Readonly<Record<string, unknown>>, context: MountContext): Mounts {
  const { type = 'volume', source, target, read_only: readOnly, bind, tmpfs, volume: more } = mount;
  const destination = textOf(target) ?? '';
  if (type === 'tmpfs') return memory(destination, recordOf(tmpfs));
  if (type !== 'bind' && type !== 'volume') {
    context.say('volumes', `${destination} has the type ${String(type)}, which Ring does not have`);
    return none;
  }
  for (const key of Object.keys({ ...recordOf(bind), ...recordOf(more) })) {
    if (key !== 'create_host_path') context.say('volumes', `${destination}: ${key} is left out`);
  }
  const from = textOf(source);
  if (from === undefined) return volume({ type: 'volume', destination });
  const path = type === 'bind' ? absolute(from, context) : context.names.volume(from);
  if (type === 'bind' && recordOf(bind).create_host_path !== false) {
    return volume(`${path}:${destination}${readOnly === true ? ':ro' : ''}`);
  }
  return volume(
    compact({ type, source: path, destination, permission: readOnly === true ? 'ro' : undefined }),
  );
}

/** Converts the `tmpfs` of a service: paths, with the options that Ring supports. */
export const memoryOf = (mounts: unknown, say: Say): readonly string[] =>
  textsOf(mounts).map((text) => {
    const [destination = '', options = ''] = splitColons(text);
    const words = options.split(',').filter((word) => word !== '');
    const known = words.filter((word) => /^(size|mode)=/.test(word));
    const strange = words.filter((word) => !known.includes(word) && word !== 'rw');
    if (strange.length > 0) say('tmpfs', `${destination}: ${strange.join(',')} is left out`);
    return known.length > 0 ? `${destination}:${known.join(',')}` : destination;
  });

function memory(destination: string, { size, mode }: Readonly<Record<string, unknown>>): Mounts {
  return { volumes: [], tmpfs: [compact({ destination, size, mode: textOf(mode) })] };
}

function sourceOf(text: string, context: MountContext): string {
  if (/^[.~/]/.test(text)) return absolute(text, context);
  if (!text.includes('${')) return context.names.volume(text);
  context.say('volumes', `${text} must come to an absolute path or the name of a volume of the engine`);
  // The default of a variable may be a relative path as well.
  const match = /^(\$\{[A-Za-z_][A-Za-z0-9_]*:-)([.~][^${}]*)(\}.*)$/.exec(text);
  return match ? `${match[1]}${absolute(match[2] ?? '', context)}${match[3]}` : text;
}

/** Makes a path absolute and resolves its dots. */
function absolute(path: string, { folder, home }: Folders): string {
  const whole = path.startsWith('/')
    ? path
    : path === '~' || path.startsWith('~/')
      ? `${home}${path.slice(1)}`
      : `${folder}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Converts the `configs` and `secrets` of a service to files. */
export const filesOf = (
  mounts: readonly unknown[],
  type: 'config' | 'secret',
  { names, say }: Pick<MountContext, 'names' | 'say'>,
): readonly unknown[] =>
  mounts.map((mount) => {
    const { source, target, ...rest } = typeof mount === 'object' ? recordOf(mount) : { source: mount };
    const name = textOf(source) ?? '';
    const base = type === 'secret' ? '/run/secrets/' : '/';
    const place = textOf(target) ?? name;
    for (const key of Object.keys(rest))
      say(`${type}s`, `${name}: ${key} is left out, see docs/API.md for who may read`);
    return {
      type,
      source: names.label(name),
      destination: place.startsWith('/') ? place : `${base}${place}`,
    };
  });
