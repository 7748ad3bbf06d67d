/**
 * The package's entry point `ring-orchestrator/handlers`: every endpoint by name, and the functions that serve them.
 */
export * from './configs/endpoints.ts';
export * from './deployments/endpoints.ts';
export * from './description/endpoints.ts';
export type { AnyEndpoint, ByteStream, Headers, Reply } from './endpoint.ts';
export { endpoint, reply, streamed } from './endpoint.ts';
export { endpoints } from './endpoints.ts';
export * from './events/endpoints.ts';
export * from './gc/endpoints.ts';
export * from './health/endpoints.ts';
export type { HostOptions } from './host.ts';
export type { ToResponse } from './http.ts';
export * from './manifests/endpoints.ts';
export * from './namespaces/endpoints.ts';
export * from './node/endpoints.ts';
export type { Ports } from './ports.ts';
export type { Occurrence, Problem } from './problems.ts';
export * from './rollouts/endpoints.ts';
export { createRouter } from './router.ts';
export * from './runs/endpoints.ts';
export * from './secrets/endpoints.ts';
export type { Access } from './serve.ts';
export { serve } from './serve.ts';
export * from './session/endpoints.ts';
export * from './system/endpoints.ts';
export * from './users/endpoints.ts';
export * from './volumes/endpoints.ts';
