// Ring inside a Fastify application, below /ring. Run: PORT=3000 node examples/embed-fastify.mjs
import fastify from 'fastify';
import { openRing, readSettings } from 'ring-orchestrator';

const ring = await openRing({ ...readSettings(), basePath: '/ring' });
ring.start();

const app = fastify();
app.get('/', async () => 'my own application\n');
app.register(async (scope) => {
  // Ring reads bodies itself: within this scope Fastify must leave them alone.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.all('/ring/*', (request, reply) => {
    reply.hijack();
    ring.node(request.raw, reply.raw);
  });
});

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' });
console.log(`Ring is at http://127.0.0.1:${app.server.address().port}/ring`);

process.once('SIGTERM', async () => {
  await ring.close();
  await app.close();
  process.exit();
});
