// Ring inside a Hono application, below /ring. Run: PORT=3000 node examples/embed-hono.mjs
import { createServer } from 'node:http';
// Any host of `fetch` will do: @hono/node-server, Bun, Deno ...
import { createServerAdapter } from '@whatwg-node/server';
import { Hono } from 'hono';
import { openRing, readSettings } from 'ring-orchestrator';

const ring = await openRing({ ...readSettings(), basePath: '/ring' });
ring.start();

const app = new Hono();
app.get('/', (context) => context.text('my own application\n'));
app.all('/ring/*', (context) => ring.fetch(context.req.raw));

const server = createServer(createServerAdapter((request) => app.fetch(request)));
server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Ring is at http://127.0.0.1:${server.address().port}/ring`);
});

process.once('SIGTERM', async () => {
  server.close();
  await ring.close();
  process.exit();
});
