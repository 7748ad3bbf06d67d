// Ring inside a server on node:http, below /ring. Run: PORT=3000 node examples/embed-node-http.mjs
import { createServer } from 'node:http';
import { openRing, readSettings } from 'ring-orchestrator';

const ring = await openRing({ ...readSettings(), basePath: '/ring' });
ring.start();

const server = createServer((request, response) => {
  if (request.url.startsWith('/ring/')) return ring.node(request, response);
  response.end('my own application\n');
});
server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Ring is at http://127.0.0.1:${server.address().port}/ring`);
});

process.once('SIGTERM', async () => {
  server.close();
  await ring.close();
  process.exit();
});
