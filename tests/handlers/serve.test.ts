import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { endpoint, reply } from '../../handlers/endpoint.ts';
import { createConfig, logIn, readConfig, readHealth, serve } from '../../handlers/index.ts';
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

  it('slows wrong logins by where they come from, if the host says so', async () => {
    const { ports } = await makeApiWorld();
    const handler = serve(logIn, ports);
    const attempt = async (password: string, remoteAddress?: string) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ username: 'admin', password });
      const request = new Request('http://host.test/login', { method: 'POST', headers, body });
      return (await handler(request, { remoteAddress })).status;
    };
    for (let time = 0; time < 5; time += 1) expect(await attempt('wrong', '10.0.0.1')).toBe(401);
    expect(await attempt('admin-password', '10.0.0.1')).toBe(429);
    expect(await attempt('admin-password', '10.0.0.2')).toBe(200);
    expect(await attempt('admin-password')).toBe(200);
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
