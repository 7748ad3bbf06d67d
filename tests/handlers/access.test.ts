import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { AnyEndpoint } from '../../handlers/endpoint.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import type { Ports } from '../../handlers/ports.ts';
import { onBothTransports } from '../support/transports.ts';

const all: readonly (readonly [string, AnyEndpoint<Ports>])[] = Object.entries(endpoints);
const concrete = (path: string) => path.replaceAll(/:\w+/g, 'some-id');

describe('the list of endpoints', () => {
  it('has every endpoint of the folders once: no name is hidden by another', async () => {
    const entries = await readdir(new URL('../../handlers/', import.meta.url), { withFileTypes: true });
    const folders = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
    const names = await Promise.all(
      folders.map(async (folder) => Object.keys(await import(`../../handlers/${folder}/endpoints.ts`))),
    );
    expect(Object.keys(endpoints).sort()).toEqual(names.flat().sort());
  });

  it('is handed out one by one as well', async () => {
    const face = await import('../../handlers/index.ts');
    expect(Object.keys(face)).toEqual(expect.arrayContaining(Object.keys(endpoints)));
  });

  it('has no method and path twice', () => {
    const routes = all.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('says of every endpoint who may call it and what it does', () => {
    const known = ['public', 'self', 'read', 'write', 'admin'];
    const lacking = all.filter(([, { scope, summary }]) => !known.includes(scope) || summary.length < 10);
    expect(lacking).toEqual([]);
  });

  it('leaves open only what a caller without a token needs', () => {
    const open = all.filter(([, { scope }]) => scope === 'public').map(([, { path }]) => path);
    expect(open.sort()).toEqual(['/docs', '/healthz', '/login', '/openapi.json', '/readyz']);
  });

  it('lets nothing be changed with the scope for reading', () => {
    const changing = all.filter(([, { method, scope }]) => method !== 'GET' && scope === 'read');
    expect(changing).toEqual([]);
  });
});

onBothTransports('access', (open) => {
  it('answers 401 without a token, with one that is none, and to another scheme, wherever it is not public', async () => {
    const api = await open();
    for (const [name, { method, path, scope }] of all) {
      const headers = [{}, { authorization: 'Bearer no-token' }, { authorization: 'Basic YWRtaW46YWRtaW4=' }];
      for (const header of headers) {
        const answer = await api.call(method, concrete(path), { as: null, headers: header });
        if (scope === 'public') expect(answer.status, name).not.toBe(401);
        else {
          expect(answer, name).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
          expect(answer.headers.get('www-authenticate'), name).toBe('Bearer realm="ring"');
        }
      }
    }
  });

  it('answers 403 to a viewer who writes and to an editor who manages users', async () => {
    // A user may read themselves alone, and `some-id` is nobody who asks.
    for (const [name, { method, path, scope }] of all.filter(([one]) => one !== 'readUser')) {
      const api = await open();
      const viewer = await api.call(method, concrete(path), { as: 'viewer' });
      expect(viewer.status === 403, name).toBe(scope === 'write' || scope === 'admin');
      const editor = await api.call(method, concrete(path), { as: 'editor' });
      expect(editor.status === 403, name).toBe(scope === 'admin');
    }
  });

  it('takes the scheme in any spelling', async () => {
    const api = await open();
    const headers = { authorization: `bearer  ${api.tokens.viewer}` };
    expect(await api.call('GET', '/users/me', { as: null, headers })).toMatchObject({ status: 200 });
  });
});
