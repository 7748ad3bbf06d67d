/**
 * Mounts Ring into every supported host, each as documented on the embedding page, below `/ring`, on a port of its own.
 * Ring's replies are checked against its document.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServerAdapter } from '@whatwg-node/server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { openRing, type Ring, type RingOptions } from '../../adapters/ring.ts';
import { makeDescribed, makeDescribedFetch } from './described.ts';

/** A way to ask Ring inside its host. */
export interface Mounted {
  readonly ring: Ring;
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Where it listens; null for a bare fetch. */
  readonly port: number | null;
  close(): Promise<void>;
}

/** A host: how it mounts Ring, and whether it reads and judges JSON bodies before Ring does. */
export interface Host {
  readonly name: string;
  readonly readsBodies: boolean;
  mount(options: RingOptions): Promise<Mounted>;
}

const basePath = '/ring';

const described = makeDescribed();
const ask = makeDescribedFetch(basePath);

/** Whether Ring answers there: some hosts refuse a malformed path themselves. */
const isRings = (path: string): boolean => path.startsWith(`${basePath}/`) && !/%(?![0-9a-f]{2})/i.test(path);

const onNode =
  (make: (ring: Ring) => RequestListener | Promise<RequestListener>, base: string | undefined = basePath) =>
  async (options: RingOptions): Promise<Mounted> => {
    const ring = await openRing({ ...options, basePath: base });
    const server: Server = createServer(await make(ring));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      ring,
      port,
      send: (path, init) => (isRings(path) ? ask : fetch)(`http://127.0.0.1:${port}${path}`, init),
      async close() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await ring.close();
      },
    };
  };

async function bareFetch(options: RingOptions): Promise<Mounted> {
  const ring = await openRing({ ...options, basePath });
  const send = async (path: string, init?: RequestInit) => {
    const response = await ring.fetch(new Request(`http://ring.test${path}`, init));
    return described.fetched({ method: init?.method ?? 'GET', path, basePath }, response);
  };
  return { ring, port: null, send, close: () => ring.close() };
}

function inExpress(ring: Ring, ...before: express.RequestHandler[]): RequestListener {
  const app = express();
  for (const handler of before) app.use(handler);
  app.use('/ring', ring.node);
  return app;
}

async function inFastify(ring: Ring): Promise<RequestListener> {
  const app = fastify();
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/ring/*', (request, reply) => {
      reply.hijack();
      ring.node(request.raw, reply.raw);
    });
  });
  await app.ready();
  return app.routing;
}

async function inParsingFastify(ring: Ring): Promise<RequestListener> {
  const app = fastify();
  app.all('/ring/*', (request, reply) => {
    reply.hijack();
    ring.node(Object.assign(request.raw, { body: request.body }), reply.raw);
  });
  await app.ready();
  return app.routing;
}

function inKoa(ring: Ring): RequestListener {
  const app = new Koa();
  app.use((context, next) => {
    if (!context.path.startsWith('/ring/')) return next();
    context.respond = false;
    return ring.node(context.req, context.res);
  });
  return app.callback();
}

function inHono(ring: Ring): RequestListener {
  const app = new Hono();
  app.all('/ring/*', (context) => ring.fetch(context.req.raw));
  return createServerAdapter((request: Request) => app.fetch(request));
}

function mountedInHono(ring: Ring): RequestListener {
  const app = new Hono();
  app.mount('/ring', ring.fetch);
  return createServerAdapter((request: Request) => app.fetch(request));
}

/** All of them. */
export const hosts: readonly Host[] = [
  { name: 'a bare fetch', readsBodies: false, mount: bareFetch },
  { name: 'node:http', readsBodies: false, mount: onNode((ring) => ring.node) },
  { name: 'Express', readsBodies: false, mount: onNode((ring) => inExpress(ring)) },
  {
    name: 'Express behind json()',
    readsBodies: true,
    mount: onNode((ring) => inExpress(ring, express.json())),
  },
  { name: 'Fastify', readsBodies: false, mount: onNode(inFastify) },
  { name: 'Fastify with its own parser', readsBodies: true, mount: onNode(inParsingFastify) },
  { name: 'Koa', readsBodies: false, mount: onNode(inKoa) },
  { name: 'Hono', readsBodies: false, mount: onNode(inHono) },
  { name: 'Hono with mount()', readsBodies: false, mount: onNode(mountedInHono, '') },
];
