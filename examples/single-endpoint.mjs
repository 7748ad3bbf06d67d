// Single endpoints of Ring among routes of your own, in any host that speaks Request and Response: here the login
// and the list of deployments, at the paths they have in Ring. Run: PORT=3000 node examples/single-endpoint.mjs
import { createServer } from 'node:http';
import { createServerAdapter } from '@whatwg-node/server';
import { openRing, readSettings } from 'ring-orchestrator';
import { listDeployments, logIn, serve } from 'ring-orchestrator/handlers';

const ring = await openRing(readSettings());

// What an endpoint needs is in the type of its ports: one that is missing does not compile in TypeScript.
const routes = new Map([
  ['/login', serve(logIn, ring.ports)],
  ['/deployments', serve(listDeployments, ring.ports)],
]);

async function fetchHandler(request) {
  const route = routes.get(new URL(request.url).pathname);
  return route ? route(request) : new Response('my own application\n');
}

const server = createServer(createServerAdapter(fetchHandler));
server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Two endpoints of Ring are at http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await ring.close();
  process.exit();
});
