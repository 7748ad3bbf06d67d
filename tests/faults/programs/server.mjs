// A service as docs/OPERATIONS.md asks its authors to write one: it takes its time to boot, and when it is told to end
// it goes on answering for a while, closing each connection with an answer, before it does.
import { createServer } from 'node:http';
import process from 'node:process';

const { BOOT_MS = '400', DRAIN_MS = '2000', REVISION = '', FAILS } = process.env;
let isEnding = false;

const server = createServer((_, answer) => {
  if (isEnding) answer.setHeader('connection', 'close');
  answer.end(REVISION);
});
server.keepAliveTimeout = 60_000;

setTimeout(() => {
  if (FAILS) process.exit(1);
  server.listen(8080, () => console.log(`serving ${REVISION}`));
}, Number(BOOT_MS));

process.on('SIGTERM', () => {
  if (!server.listening) process.exit(0);
  isEnding = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, Number(DRAIN_MS));
});
