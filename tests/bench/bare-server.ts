/**
 * The measuring stick: a bare node:http server that answers every request with one constant text, read from the file
 * it is given. Run as a process of its own.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const file = process.argv[2];
const body = file === undefined ? '{"ok":true}' : readFileSync(file);
const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
