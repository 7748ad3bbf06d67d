/**
 * Repeats a change with `If-Match` when a server requires it: reads the object's tag and changes the object only in
 * that state. Requests to other servers are sent once, unchanged.
 */

const preconditionRequired = 428;

/** Wraps fetch: on a 428, reads the tag from the same URL and sends the request once more with it. */
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
