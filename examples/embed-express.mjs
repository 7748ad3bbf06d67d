// Ring inside an Express application, below /ring. Run: PORT=3000 node examples/embed-express.mjs
import express from 'express';
import { openRing, readSettings } from 'ring-orchestrator';

const ring = await openRing({ ...readSettings(), basePath: '/ring' });
ring.start();

const app = express();
// Before express.json(): Express answers malformed and large bodies by itself, in its own words.
app.use('/ring', ring.node);
app.use(express.json());
app.get('/', (_request, response) => response.send('my own application\n'));

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => {
  console.log(`Ring is at http://127.0.0.1:${server.address().port}/ring`);
});

process.once('SIGTERM', async () => {
  server.close();
  await ring.close();
  process.exit();
});
