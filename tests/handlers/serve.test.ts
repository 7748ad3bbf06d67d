import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { endpoint, reply } from '../../handlers/endpoint.ts';
import { createConfig, readConfig, readHealth, serve } from '../../handlers/index.ts';
import { makeApiWorld } from '../support/api-world.ts';

const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://host.test${path}`, { headers });

describe('one endpoint alone', () => {
  it('answers in any fetch host, needing nothing but its ports', async () => {
    const response = await serve(readHealth, {})(get('/healthz'));
    expect([response.status, await response.json()]).toEqual([200, { state: 'UP' }]);
  });

  it('asks for a token unless it is public', async () => {
    const { ports, tokens } = await makeApiWorld();
    const { configs, cache, authenticate, write, clock } = ports;
    const create = serve(createConfig, { write, clock, authenticate }, { basePath: '/api' });
    const authorization = `Bearer ${tokens.editor}`;
    const created = await create(
      new Request('http://host.test/api/configs', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{"name":"a","data":"b"}',
      }),
    );
    expect(created.status).toBe(201);
    const read = serve(readConfig, { configs, cache, authenticate });
    expect((await read(get('/configs/a'))).status).toBe(401);
    const response = await read(get('/configs/a', { authorization }));
    expect(await response.json()).toMatchObject({ id: 'a', data: 'b' });
  });

  it('answers its own path and method only', async () => {
    const { ports, tokens } = await makeApiWorld();
    const read = serve(readConfig, ports, { basePath: '/ring' });
    const headers = { authorization: `Bearer ${tokens.viewer}` };
    const status = async (path: string, method = 'GET') =>
      (await read(new Request(`http://host.test${path}`, { method, headers }))).status;
    expect(await status('/ring/configs/none')).toBe(404);
    expect(await status('/configs/none')).toBe(404);
    expect(await status('/ring/configs')).toBe(404);
    expect(await status('/ring/configs/')).toBe(404);
    expect(await status('/ring/configs/none/')).toBe(404);
    expect(await status('/ring/configs/none', 'DELETE')).toBe(405);
    expect(await status('/ring/configs/%zz')).toBe(400);
  });

  it('lets nobody in where authentication is missing though the compiler was overruled', async () => {
    const guarded = endpoint({
      method: 'GET',
      path: '/guarded',
      scope: 'self',
      summary: 'Answers to anyone who is somebody',
      replies: { 200: v.string() },
      handle: async () => reply(200, 'secret'),
    });
    const untyped: Parameters<typeof serve<unknown, 'public'>>[0] = { ...guarded, scope: 'self' as 'public' };
    expect((await serve(untyped, {})(get('/guarded', { authorization: 'Bearer x' }))).status).toBe(401);
  });

  it('refuses a base path that would be read as a pattern', () => {
    for (const basePath of ['ring', '/:ring', '/ring*', '/a(b)'])
      expect(() => serve(readHealth, {}, { basePath })).toThrow('must look like /ring');
  });
});
