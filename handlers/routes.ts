/**
 * The routes of all endpoints by name: an overview, and all that the client needs of the list at run time. The compiler
 * checks it against the endpoints: a missing, superfluous or wrong line is an error.
 */
import type { endpoints } from './endpoints.ts';

/** The list of endpoints, as a type. */
export type Endpoints = typeof endpoints;

type RouteOf<E extends { readonly method: string; readonly path: string }> = `${E['method']} ${E['path']}`;

/** Method and path of every endpoint. */
export const routes = {
  readHealth: 'GET /healthz',
  readOpenapi: 'GET /openapi.json',
  readDocs: 'GET /docs',
  readMetrics: 'GET /metrics',
  readReadiness: 'GET /readyz',
  reconcileNow: 'POST /reconcile',
  logIn: 'POST /login',
  logOut: 'POST /logout',
  createDeployment: 'POST /deployments',
  declareDeployment: 'PUT /deployments/:id',
  deleteDeployment: 'DELETE /deployments/:id',
  listDeployments: 'GET /deployments',
  listAllEvents: 'GET /events',
  listEvents: 'GET /deployments/:id/events',
  listUsage: 'GET /usage',
  patchDeployment: 'PATCH /deployments/:id',
  planDeployment: 'POST /deployments/:id/plan',
  readDeployment: 'GET /deployments/:id',
  readDeploymentMetrics: 'GET /deployments/:id/metrics',
  readLogs: 'GET /deployments/:id/logs',
  applyManifests: 'POST /apply',
  planManifests: 'POST /plan',
  listRevisions: 'GET /deployments/:id/revisions',
  pauseRollout: 'POST /deployments/:id/pause',
  restartDeployment: 'POST /deployments/:id/restart',
  resumeRollout: 'POST /deployments/:id/resume',
  rollBackDeployment: 'POST /deployments/:id/rollback',
  cancelRun: 'POST /deployments/:id/runs/:number/cancel',
  listRuns: 'GET /deployments/:id/runs',
  readRun: 'GET /deployments/:id/runs/:number',
  readRunLogs: 'GET /deployments/:id/runs/:number/logs',
  startRun: 'POST /deployments/:id/runs',
  listHealthChecks: 'GET /deployments/:id/health-checks',
  cleanUp: 'POST /gc',
  previewCleanup: 'GET /gc',
  changeUser: 'PUT /users/:id',
  createUser: 'POST /users',
  deleteUser: 'DELETE /users/:id',
  listUsers: 'GET /users',
  readOwnUser: 'GET /users/me',
  readUser: 'GET /users/:id',
  createConfig: 'POST /configs',
  declareConfig: 'PUT /configs/:id',
  deleteConfig: 'DELETE /configs/:id',
  listConfigs: 'GET /configs',
  readConfig: 'GET /configs/:id',
  createSecret: 'POST /secrets',
  declareSecret: 'PUT /secrets/:id',
  deleteSecret: 'DELETE /secrets/:id',
  listSecrets: 'GET /secrets',
  readSecret: 'GET /secrets/:id',
  createNamespace: 'POST /namespaces',
  deleteNamespace: 'DELETE /namespaces/:name',
  listNamespaces: 'GET /namespaces',
  readNamespace: 'GET /namespaces/:name',
  createVolume: 'POST /volumes',
  deleteVolume: 'DELETE /volumes/:name',
  listVolumes: 'GET /volumes',
  readVolume: 'GET /volumes/:name',
  readNode: 'GET /node/get',
} as const satisfies { readonly [Name in keyof Endpoints]: RouteOf<Endpoints[Name]> };
