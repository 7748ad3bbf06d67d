/**
 * Determines the numeric user that a container's process is started as. A name is looked up where the engine looks it
 * up: in the container's own /etc/passwd, read without running anything in the container.
 */
import { posix } from 'node:path';
import type { Owner } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { Engine } from './connect.ts';
import { chunksWithin } from './deadline.ts';
import { isNotFound, toEngineError } from './engine-error.ts';

const mostBytes = 1_000_000;
const mostLinks = 5;
const silenceMs = 10_000;
const passwd = '/etc/passwd';

/**
 * Makes the function over an engine. It rejects with EngineError, or with RuntimeError `config` for an unknown user
 * name.
 */
export const makeUserOf = (engine: Engine) => {
  const archiveOf = async (id: string, path: string): Promise<Buffer> => {
    const ended = new AbortController();
    try {
      const stream = await engine.open(`/containers/${id}/archive`, { path }, ended.signal);
      return await gather(chunksWithin(stream, silenceMs));
    } catch (error) {
      throw error instanceof RuntimeError ? error : toEngineError(error);
    } finally {
      ended.abort();
    }
  };

  /** Returns the text of a file in a container, following links; empty when the file does not exist. */
  const textOf = async (id: string, path: string, links = 0): Promise<string> => {
    let entry: TarEntry | null;
    try {
      entry = firstEntry(await archiveOf(id, path));
    } catch (error) {
      if (isNotFound(error) && !/no such container/i.test(String(error))) return '';
      throw error;
    }
    if (!entry?.link) return entry?.text ?? '';
    return links < mostLinks ? textOf(id, posix.resolve(posix.dirname(path), entry.link), links + 1) : '';
  };

  return async (idOrName: string): Promise<Owner> => {
    const { Id, Config } = await engine.call((docker, abortSignal) =>
      docker.getContainer(idOrName).inspect({ abortSignal }),
    );
    const [user = '', group = ''] = (Config.User ?? '').split(':');
    const gid = isNumber(group) ? Number(group) : null;
    if (user === '') return { uid: 0, gid: gid ?? 0 };
    if (isNumber(user)) return { uid: Number(user), gid: gid ?? 0 };
    const found = entryOf(await textOf(Id, passwd), user);
    if (found) return { uid: found.uid, gid: gid ?? found.gid };
    throw new RuntimeError('config', `unable to find user ${user}: the image's ${passwd} has no such name`);
  };
};

const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);

/** Returns the entry of a name in the text of a passwd file; null when there is none. */
const entryOf = (text: string, name: string): Owner | null => {
  for (const line of text.split('\n')) {
    const [login, , uid = '', gid = ''] = line.split(':');
    if (login === name && isNumber(uid) && isNumber(gid)) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
};

const gather = async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw new RuntimeError('config', `the image's ${passwd} is too long to be read`);
  }
  return Buffer.concat(pieces);
};

/** A file or link in a tar archive. */
interface TarEntry {
  readonly text: string;
  /** The target of a link; empty for a file. */
  readonly link: string;
}

const blockBytes = 512;
const field = (header: Buffer, from: number, to: number): string =>
  header.toString('utf8', from, to).replace(/\0.*$/s, '').trim();

/**
 * Returns the first file or link in a tar archive; null without one. Extension headers of the next entry are skipped.
 */
const firstEntry = (tar: Buffer): TarEntry | null => {
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    const size = Number.parseInt(field(header, 124, 136) || '0', 8);
    const type = field(header, 156, 157) || '0';
    const from = at + blockBytes;
    if (header.every((byte) => byte === 0) || !(size >= 0)) return null;
    if (type === '0') return { text: tar.toString('utf8', from, from + size), link: '' };
    if (type === '1' || type === '2') return { text: '', link: field(header, 157, 257) };
    at = from + Math.ceil(size / blockBytes) * blockBytes;
  }
  return null;
};
