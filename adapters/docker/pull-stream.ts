/**
 * Runs one pull, from the request to the end of its progress stream. A failed pull responds with 200 and reports the
 * failure in the stream, so all of it is read; faults.ts classifies the failure.
 */
import { Readable } from 'node:stream';
import type { Engine } from './connect.ts';
import { chunksWithin } from './deadline.ts';
import type { RegistryAuth } from './docker-config.ts';
import { EngineError } from './engine-error.ts';
import { jsonLines } from './ndjson.ts';

/** The image to pull, the credentials, and the silence in ms after which the pull fails. */
export interface PullRequest {
  readonly fromImage: string;
  readonly tag: string;
  readonly auth: RegistryAuth | null;
  readonly silenceMs: number;
}

const authOf = ({ auth, fromImage }: PullRequest) => {
  if (!auth) return undefined;
  const serveraddress = fromImage.split('/')[0] ?? '';
  if ('identityToken' in auth) return { identitytoken: auth.identityToken, serveraddress };
  return { ...auth, serveraddress };
};

const failureIn = (event: unknown): string | null => {
  if (typeof event !== 'object' || event === null || !('error' in event)) return null;
  return typeof event.error === 'string' ? event.error : 'the pull failed';
};

const begin = (engine: Engine, request: PullRequest): Promise<unknown> =>
  engine.call(
    (docker, abortSignal) => {
      const { fromImage, tag } = request;
      return docker.createImage(authOf(request), { fromImage, tag, abortSignal });
    },
    // The engine contacts the registry before it responds at all.
    request.silenceMs,
  );

/** Pulls one image; resolves when it is complete. Rejects with EngineError. */
export const pullStream = async (engine: Engine, request: PullRequest): Promise<void> => {
  const stream = await begin(engine, request);
  if (!(stream instanceof Readable)) throw new EngineError(null, 'the pull answered no stream');
  try {
    for await (const event of jsonLines(chunksWithin(engine.keep(stream), request.silenceMs))) {
      const failure = failureIn(event);
      if (failure !== null) throw new EngineError(500, failure);
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(null, 'the pull was cut off', error);
  } finally {
    stream.destroy();
  }
};
