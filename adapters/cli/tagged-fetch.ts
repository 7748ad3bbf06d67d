/**
 * Sends a change to a server that takes none without `If-Match`: what is there is read, and changed only as it was read.
 * Other servers are asked once, as ever.
 */

const preconditionRequired = 428;

/** A fetch that answers 428 by reading the tag of what is at the same URL, and sending the same once more with it. */
export const withTags =
  (send: typeof fetch): typeof fetch =>
  async (input, init = {}) => {
    const answered = await send(input, init);
    if (answered.status !== preconditionRequired) return answered;
    const { body: _, ...bare } = init;
    const url = new URL(input instanceof Request ? input.url : input);
    const read = await send(`${url.origin}${url.pathname}`, { ...bare, method: 'GET' });
    await read.body?.cancel();
    const tag = read.headers.get('etag');
    if (tag === null) return answered;
    const headers = new Headers(init.headers);
    headers.set('if-match', tag);
    return send(input, { ...init, headers });
  };
