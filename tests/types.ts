/** What must not compile: each line is checked by the compiler, none is run. */
import * as v from 'valibot';
import type { Json } from '../core/json.ts';
import type { Cache, Configs, Wake, Write } from '../core/ports.ts';
import { endpoint, reply, streamed } from '../handlers/endpoint.ts';
import {
  createConfig,
  createRouter,
  endpoints,
  type Ports,
  readConfig,
  readHealth,
  serve,
} from '../handlers/index.ts';

declare const ports: Ports;
declare const write: Write;
declare const configs: Configs;
declare const cache: Cache;

const shape = { method: 'GET', path: '/things/:id', scope: 'read', summary: 'Read a thing' } as const;
const Thing = v.object({ id: v.string(), sizes: v.array(v.number()) });
const thing: v.InferOutput<typeof Thing> = { id: 'a', sizes: [1] };

/** Never called: its body is for the compiler. */
export const mustNotCompile = (text: Json<typeof thing>, other: Json<string>) => {
  serve(readHealth, {});
  serve(readConfig, { configs, cache, authenticate: ports.authenticate });
  // @ts-expect-error a port that the handler names is missing
  serve(readConfig, { cache, authenticate: ports.authenticate });
  // @ts-expect-error an endpoint that is not public needs to know who calls
  serve(readConfig, { configs, cache });
  // @ts-expect-error a port of another kind
  serve(createConfig, { write, clock: { now: () => 'noon' }, authenticate: ports.authenticate });

  createRouter(Object.values(endpoints), ports);
  const { wake: _wake, ...asleep } = ports;
  // @ts-expect-error the list needs all ports
  createRouter(Object.values(endpoints), asleep);
  const { authenticate: _authenticate, ...open } = ports;
  // @ts-expect-error a router without authentication
  createRouter([readHealth], open);

  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(200, thing) });
  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(200, text) });
  endpoint({
    ...shape,
    replies: { 200: streamed('text/event-stream', v.array(Thing)) },
    handle: async () => (shape.path ? reply(200, [thing]) : reply(200, new ReadableStream<Uint8Array>())),
  });
  // @ts-expect-error a status that is not declared
  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(201, thing) });
  // @ts-expect-error a body that is not the declared one
  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(200, { id: 1, sizes: [] }) });
  // @ts-expect-error text made of something else
  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(200, other) });
  const bytes = new ReadableStream<Uint8Array>();
  // @ts-expect-error a stream where none is declared
  endpoint({ ...shape, replies: { 200: Thing }, handle: async () => reply(200, bytes) });
  // @ts-expect-error an endpoint without a scope
  endpoint({
    method: 'GET',
    path: '/',
    summary: 'No scope',
    replies: { 204: v.null() },
    handle: async () => reply(204, null),
  });
  // @ts-expect-error a body that no schema validates
  endpoint({ ...shape, replies: { 200: v.string() }, handle: async ({ body }) => reply(200, body.name) });

  endpoint({
    ...shape,
    scope: 'public',
    replies: { 200: v.string() },
    // @ts-expect-error nobody is known to a public endpoint
    handle: async ({ caller }) => reply(200, caller.username),
  });

  const waking = endpoint({
    ...shape,
    replies: { 204: v.null() },
    async handle(_input, { wake }: { wake: Wake }) {
      wake();
      return reply(204, null);
    },
  });
  // @ts-expect-error wake is missing
  serve(waking, { authenticate: ports.authenticate });
};
