/**
 * Parses both forms of a volume to one: `"source:destination[:ro|rw]"` and the object. Does not check whether a config
 * or a secret exists, or what it holds.
 */
import * as v from 'valibot';
import { dnsLabel } from '../../name.ts';
import type { DeploymentDraft } from './draft.ts';
import { cleaned, isCleanPath } from './path.ts';
import type { Volume } from './spec.ts';

type VolumeDraft = NonNullable<DeploymentDraft['volumes']>[number];
type VolumeObject = Exclude<VolumeDraft, string>;

/** The syntax of the name of an engine's volume. */
export const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;

/** The message for any other text. */
export const volumeNameMessage =
  'must be the name of a volume: 2 to 255 letters, digits and "_.-", beginning with a letter or digit';

/** Returns the volume in normal form, or its fault. */
export function parseVolume(
  draft: VolumeDraft,
): Volume | { readonly field: string; readonly message: string } {
  return typeof draft === 'string' ? fromText(draft) : fromObject(draft);
}

/** Returns the object that parses to this volume. */
export function volumeDraft(volume: Volume): VolumeDraft {
  if (volume.makeSource) return `${volume.source}:${volume.destination}:${volume.permission}`;
  const { type, source, destination, permission, key } = volume;
  if (isFile(volume)) return { type, source, destination, ...(key === undefined ? {} : { key }) };
  return source === '' ? { type, destination, permission } : { type, source, destination, permission };
}

/** Whether a volume is a file that Ring writes, from a config or a secret. */
export const isFile = ({ type }: Pick<Volume, 'type'>): boolean => type === 'config' || type === 'secret';

function fromText(text: string) {
  const [source, destination, permission, ...rest] = text.split(':');
  const known = permission === undefined || permission === 'ro' || permission === 'rw';
  if (!source || !destination || !known || rest.length > 0) {
    return { field: '', message: 'must be "source:destination" or "source:destination:ro"' };
  }
  const type = source.startsWith('/') ? 'bind' : 'volume';
  const volume = {
    type,
    source,
    destination,
    permission: permission ?? 'rw',
    makeSource: type === 'bind',
  } as const;
  return checked(volume, { source: '', destination: '' });
}

function fromObject(draft: VolumeObject) {
  const source = draft.source ?? '';
  const type = draft.type ?? (source.startsWith('/') ? 'bind' : 'volume');
  const wrong = fileFault({ ...draft, type });
  if (wrong) return wrong;
  const volume: Volume = {
    type,
    source,
    destination: draft.destination,
    permission: draft.permission ?? (isFile({ type }) ? 'ro' : 'rw'),
    makeSource: false,
    ...(draft.key === undefined ? {} : { key: draft.key }),
  };
  return checked(volume, { source: '/source', destination: '/destination' });
}

/** Checks the fields that only a file written by Ring may have, or may not have. */
function fileFault({ type = 'volume', permission, destination, key }: VolumeObject) {
  if (key !== undefined && type !== 'config') {
    return { field: '/key', message: 'only a volume of type config has a key' };
  }
  if (!isFile({ type })) return null;
  if (permission === 'rw') {
    return {
      field: '/permission',
      message: `a ${type} is mounted read-only: leave it out, or set it to "ro"`,
    };
  }
  if (!destination.endsWith('/')) return null;
  return { field: '/destination', message: `a ${type} is mounted as a file: give the path of a file` };
}

function checked(volume: Volume, field: { readonly source: string; readonly destination: string }) {
  const wrongSource = sourceFault(volume);
  if (wrongSource) return { field: field.source, message: wrongSource };
  const destination = cleaned(volume.destination);
  if (!isCleanPath(volume.destination) || destination === '/') {
    return {
      field: field.destination,
      message: 'the destination must be an absolute path below / without ".."',
    };
  }
  return { ...volume, source: volume.type === 'bind' ? cleaned(volume.source) : volume.source, destination };
}

function sourceFault({ type, source }: Volume): string | null {
  if (type === 'tmpfs') return source === '' ? null : 'a tmpfs has no source';
  if (isFile({ type })) {
    return v.is(dnsLabel, source) ? null : `the source must be the name of a ${type}, a DNS label`;
  }
  if (type === 'bind') {
    return isCleanPath(source) ? null : 'the source of a bind must be an absolute path without ".."';
  }
  if (source === '' || volumeName.test(source)) return null;
  return 'the source must be an absolute path (a bind) or the name of a volume: letters, digits and "_.-"; relative paths are not accepted';
}
