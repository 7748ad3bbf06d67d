// Decides whether the package's types hold for a strict compiler: checked, never run, by scripts/smoke.mjs.
import { openRing } from 'ring-orchestrator';
import { makeClient } from 'ring-orchestrator/client';
import { RingError } from 'ring-orchestrator/core';
import { serve } from 'ring-orchestrator/handlers';

const ring = await openRing({ dataDir: '/tmp/ring' });
const reply: Response = await ring.fetch(new Request('http://localhost/healthz'));
export const status: number = reply.status;
export const code: string = new RingError('DEPLOYMENT_NOT_FOUND', 'not found').code;
export const single: typeof serve = serve;

const client = makeClient({ url: 'http://localhost:3030', token: 'token' });
const { body } = await client.readDeployment({ params: { id: 'web' } });
export const replicas: number = body.replicas;
// @ts-expect-error: an id is needed
await client.readDeployment();

// @ts-expect-error: an option that does not exist is refused
await openRing({ dataDirectory: '/tmp/ring' });
