/** GET /docs: returns a page for reading and trying the API, see page/. */
import { endpoint, reply, written } from '../endpoint.ts';

/** Returns the page, which reads the document next to it. */
export const readDocs = endpoint({
  method: 'GET',
  path: '/docs',
  scope: 'public',
  summary: 'A page to read this API and to try it',
  replies: { 200: written('text/html') },
  async handle() {
    // Loaded only when the page is requested, to save memory.
    const { makePage } = await import('./page/page.ts');
    const { html, headers } = await makePage();
    return reply(200, html, headers);
  },
});
