/** Limits the number of concurrent streams: each one holds a client's connection and several to the engine. */
import { RingError } from '../errors.ts';

/** A limited number of places. */
export interface StreamLimit {
  /** Takes a place and returns the function that releases it. TOO_MANY_STREAMS when none is free. */
  take(): () => void;
}

/** Makes a limit with this many places, all free; `what` names the stream in the error message. */
export const makeStreamLimit = (most: number, what = 'streams are open'): StreamLimit => {
  let open = 0;
  return {
    take() {
      if (open >= most) {
        throw new RingError('TOO_MANY_STREAMS', `${most} ${what} already: try again in a moment`, {
          retryAfterSeconds: 5,
        });
      }
      open += 1;
      let mine = true;
      return () => {
        if (mine) open -= 1;
        mine = false;
      };
    },
  };
};
