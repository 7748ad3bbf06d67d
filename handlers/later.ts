/**
 * A delayed JSON body: whitespace, which JSON allows before a value, keeps the connection alive until the value is
 * there, so that waiting clients and proxies do not time out.
 */

import { Json } from '../core/json.ts';
import { makeStop } from '../core/log/stop.ts';
import type { Clock } from '../core/ports.ts';
import type { ByteStream } from './endpoint.ts';

/** The JSON of a T that is not available yet. */
export class Later<T> extends Json<T> {
  readonly stream: ByteStream;

  constructor(stream: ByteStream) {
    super('');
    this.stream = stream;
  }
}

const beatMs = 15_000;

/**
 * Makes the JSON of a promised value; `close` is called once, when it is available, fails, or the client disconnects.
 */
export const laterJson = <T>(
  coming: Promise<T>,
  clock: Pick<Clock, 'sleep'>,
  close: () => void,
): Later<T> => {
  const encoder = new TextEncoder();
  const value = coming.then((found) => JSON.stringify(found));
  // The reader receives the error; nobody may be reading at the moment.
  value.catch(() => undefined);
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const beat = makeStop();
    try {
      const text = await Promise.race([value, clock.sleep(beatMs, beat.signal).then(() => null)]);
      controller.enqueue(encoder.encode(text ?? ' '));
      if (text === null) return;
      close();
      controller.close();
    } catch (error) {
      close();
      controller.error(error);
    } finally {
      beat.stop();
    }
  };
  return new Later<T>(new ReadableStream<Uint8Array>({ pull, cancel: close }, { highWaterMark: 0 }));
};
