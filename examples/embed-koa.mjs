// Ring inside a Koa application, below /ring. Run: PORT=3000 node examples/embed-koa.mjs
import Koa from 'koa';
import { openRing, readSettings } from 'ring-orchestrator';

const ring = await openRing({ ...readSettings(), basePath: '/ring' });
ring.start();

const app = new Koa();
// Before any body parser.
app.use((context, next) => {
  if (!context.path.startsWith('/ring/')) return next();
  context.respond = false;
  ring.node(context.req, context.res);
});
app.use((context) => {
  context.body = 'my own application\n';
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Ring is at http://127.0.0.1:${server.address().port}/ring`);
});

process.once('SIGTERM', async () => {
  server.close();
  await ring.close();
  process.exit();
});
