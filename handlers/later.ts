/**
 * A JSON body that takes its time: blanks, which JSON allows before a value, keep the connection alive until the value
 * is there. Who waits for it never meets a proxy's patience, or a client's.
 */
import { makeStop } from '../core/log/stop.ts';
import { type Clock, Json } from '../core/ports.ts';
import type { ByteStream } from './endpoint.ts';

/** JSON of a T whose text is on its way. */
export class Later<T> extends Json<T> {
  readonly stream: ByteStream;

  constructor(stream: ByteStream) {
    super('');
    this.stream = stream;
  }
}

const beatMs = 15_000;

/** The JSON of what comes; `close` is called once, when it has come, failed, or the client goes. */
export const laterJson = <T>(
  coming: Promise<T>,
  clock: Pick<Clock, 'sleep'>,
  close: () => void,
): Later<T> => {
  const encoder = new TextEncoder();
  const value = coming.then((found) => JSON.stringify(found));
  // Whoever reads is told of the failure; nobody may be reading just then.
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
