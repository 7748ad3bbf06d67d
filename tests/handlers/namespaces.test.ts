/** Namespaces over the API: made by hand or by what is put in them, and deleted alone or with all that is in them. */
import { describe, expect, it } from 'vitest';
import { madeAt } from '../support/records.ts';
import { onBothTransports } from '../support/transports.ts';

onBothTransports('namespaces', (open) => {
  const shown = (name: string, changes: object = {}) => ({
    name,
    created_at: madeAt,
    deleted_at: null,
    deployments: 0,
    configs: 0,
    secrets: 0,
    ...changes,
  });

  it('are made by hand, read, listed and deleted', async () => {
    const api = await open();
    const made = await api.call('POST', '/namespaces', { body: { name: 'shop' } });
    expect([made.status, made.headers.get('location'), made.body]).toEqual([
      201,
      '/namespaces/shop',
      shown('shop'),
    ]);
    expect((await api.call('GET', '/namespaces/shop')).body).toEqual(shown('shop'));
    expect((await api.call('GET', '/namespaces')).body).toEqual([shown('shop')]);
    const gone = await api.call('DELETE', '/namespaces/shop');
    expect([gone.status, gone.body]).toEqual([200, shown('shop', { deleted_at: madeAt })]);
    expect((await api.call('GET', '/namespaces')).body).toEqual([]);
  });

  it('are made by a deployment, a config or a secret that is put in them', async () => {
    const api = await open();
    const image = 'nginx';
    await api.call('POST', '/deployments', { body: { name: 'web', namespace: 'a', image } });
    await api.call('POST', '/configs', { body: { name: 'app', namespace: 'b', data: '{}' } });
    await api.call('POST', '/secrets', { body: { name: 'token', namespace: 'c', value: 'x' } });
    expect((await api.call('GET', '/namespaces')).body).toEqual([
      shown('a', { deployments: 1 }),
      shown('b', { configs: 1 }),
      shown('c', { secrets: 1 }),
    ]);
  });

  it('are not deleted while something is in them, unless all of it shall go', async () => {
    const api = await open();
    for (const name of ['web', 'db']) {
      await api.call('POST', '/deployments', { body: { name, namespace: 'shop', image: 'nginx' } });
    }
    await api.call('POST', '/configs', { body: { name: 'app', namespace: 'shop', data: '{}' } });
    await api.call('POST', '/deployments', { body: { name: 'far', image: 'nginx' } });
    const refused = await api.call('DELETE', '/namespaces/shop');
    expect([refused.status, refused.body]).toMatchObject([
      409,
      {
        code: 'NAMESPACE_NOT_EMPTY',
        error:
          'Namespace shop is not empty: deployment db; deployment web; config app; delete that first, or all of it with ?cascade=true',
      },
    ]);
    const deleted = await api.call('DELETE', '/namespaces/shop?cascade=true');
    expect([deleted.status, deleted.body]).toMatchObject([200, { name: 'shop', deleted_at: madeAt }]);
    const list = (await api.call('GET', '/deployments')).body;
    expect(list.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      ['db', 'deleted'],
      ['far', 'creating'],
      ['web', 'deleted'],
    ]);
    expect((await api.call('GET', '/configs')).body).toEqual([]);
    expect((await api.call('GET', '/namespaces/shop')).body).toMatchObject({
      deleted_at: madeAt,
      deployments: 2,
    });
    const again = await api.call('DELETE', '/namespaces/shop');
    expect(again.body.error).toContain('deployment db, which is being deleted');
  });

  it.each([
    ['GET', '/namespaces/nowhere', undefined, 404, 'NAMESPACE_NOT_FOUND'],
    ['DELETE', '/namespaces/nowhere', undefined, 404, 'NAMESPACE_NOT_FOUND'],
    ['POST', '/namespaces', { name: 'Not A Label' }, 400, 'INVALID_REQUEST'],
    ['DELETE', '/namespaces/x?cascade=maybe', undefined, 400, 'INVALID_REQUEST'],
  ])('%s %s is refused', async (method, path, ...[body, status, code]) => {
    const api = await open();
    expect(await api.call(method, path, body ? { body } : {})).toMatchObject({ status, body: { code } });
  });

  it('are made once', async () => {
    const api = await open();
    await api.call('POST', '/namespaces', { body: { name: 'shop' } });
    expect(await api.call('POST', '/namespaces', { body: { name: 'shop' } })).toMatchObject({
      status: 409,
      body: { code: 'NAMESPACE_EXISTS' },
    });
  });

  describe('need a scope', () => {
    it('to be changed, and none but reading to be seen', async () => {
      const api = await open();
      expect((await api.call('GET', '/namespaces', { as: 'viewer' })).status).toBe(200);
      const refused = await api.call('POST', '/namespaces', { as: 'viewer', body: { name: 'shop' } });
      expect(refused.status).toBe(403);
    });
  });
});
