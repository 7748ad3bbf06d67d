/** The package's face `ring-orchestrator/handlers`: every endpoint by name, and what serves them. */
export * from './configs/endpoints.ts';
export * from './deployments/endpoints.ts';
export type { AnyEndpoint, ByteStream, Headers, Reply } from './endpoint.ts';
export { endpoint, reply, streamed } from './endpoint.ts';
export { endpoints } from './endpoints.ts';
export * from './health/endpoints.ts';
export type { HostOptions } from './host.ts';
export type { ToResponse } from './http.ts';
export * from './node/endpoints.ts';
export type { Ports } from './ports.ts';
export type { Occurrence, Problem } from './problems.ts';
export * from './rollouts/endpoints.ts';
export { createRouter } from './router.ts';
export type { Access } from './serve.ts';
export { serve } from './serve.ts';
export * from './session/endpoints.ts';
export * from './system/endpoints.ts';
export * from './users/endpoints.ts';
