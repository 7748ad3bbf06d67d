// Decides whether an installed package works: run by scripts/smoke.mjs within an empty project that has installed it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRing } from 'ring-orchestrator';
import { ClientError, makeClient } from 'ring-orchestrator/client';
import { RingError } from 'ring-orchestrator/core';
import * as handlers from 'ring-orchestrator/handlers';

assert.equal(typeof handlers.serve, 'function');
assert.equal(new RingError('DEPLOYMENT_NOT_FOUND', 'x').code, 'DEPLOYMENT_NOT_FOUND');

const dataDir = mkdtempSync(join(tmpdir(), 'ring-smoke-data-'));
const ring = await openRing({ dataDir });
try {
  const reply = await ring.fetch(new Request('http://localhost/healthz'));
  assert.deepEqual([reply.status, await reply.json()], [200, { state: 'UP' }]);

  const server = createServer(ring.node).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const overSocket = await fetch(`http://127.0.0.1:${server.address().port}/healthz`);
  assert.deepEqual([overSocket.status, await overSocket.json()], [200, { state: 'UP' }]);
  const client = makeClient({ url: `http://127.0.0.1:${server.address().port}` });
  assert.deepEqual((await client.readHealth()).body, { state: 'UP' });
  await assert.rejects(client.listUsers(), ClientError);
  assert.equal((await client.readOpenapi()).body.openapi, '3.1.0');
  assert.match((await client.readDocs()).body, /^<!doctype html>/);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
} finally {
  await ring.close();
  rmSync(dataDir, { recursive: true });
}
