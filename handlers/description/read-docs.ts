/** GET /docs: a page to read the API and to try it. What it shows and does is decided in page/. */
import { endpoint, reply, written } from '../endpoint.ts';

/** Gives the page; it reads the document beside it. */
export const readDocs = endpoint({
  method: 'GET',
  path: '/docs',
  scope: 'public',
  summary: 'A page to read this API and to try it',
  replies: { 200: written('text/html') },
  async handle() {
    // Only who asks for the page needs it in memory.
    const { makePage } = await import('./page/page.ts');
    const { html, headers } = await makePage();
    return reply(200, html, headers);
  },
});
