/** Volumes over the API: those of this Ring, with who uses them; removed only when nobody does, and never by themselves. */
import { describe, expect, it } from 'vitest';
import { madeAt } from '../support/records.ts';
import { onBothTransports } from '../support/transports.ts';

const shown = (name: string, changes: object = {}) => ({
  name,
  driver: 'local',
  driver_opts: {},
  labels: {},
  created_at: madeAt,
  deployments: [],
  containers: [],
  ...changes,
});

onBothTransports('volumes', (open) => {
  it('are made, read, listed and deleted', async () => {
    const api = await open();
    const made = await api.call('POST', '/volumes', { body: { name: 'data', labels: { team: 'a' } } });
    const data = shown('data', { labels: { team: 'a' } });
    expect([made.status, made.headers.get('location'), made.body]).toEqual([201, '/volumes/data', data]);
    expect((await api.call('GET', '/volumes/data')).body).toEqual(data);
    expect((await api.call('GET', '/volumes')).body).toEqual([data]);
    expect(await api.call('DELETE', '/volumes/data')).toMatchObject({ status: 200, body: data });
    expect((await api.call('GET', '/volumes')).body).toEqual([]);
    expect(await api.call('DELETE', '/volumes/data')).toMatchObject({
      status: 404,
      body: { code: 'VOLUME_NOT_FOUND' },
    });
  });

  it('are not deleted while a deployment mounts them, which is named', async () => {
    const api = await open();
    await api.call('POST', '/volumes', { body: { name: 'data' } });
    await api.call('POST', '/deployments', {
      body: { name: 'db', image: 'postgres', volumes: ['data:/var/lib/postgresql'] },
    });
    expect((await api.call('GET', '/volumes/data')).body).toEqual(shown('data', { deployments: ['db'] }));
    expect(await api.call('DELETE', '/volumes/data')).toMatchObject({
      status: 409,
      body: { code: 'VOLUME_IN_USE', error: 'Volume data is in use: deployment db' },
    });
  });

  it('of strangers are in nobody’s list, and in the way of one of that name', async () => {
    const api = await open();
    api.runtime.addVolume('theirs');
    expect((await api.call('GET', '/volumes')).body).toEqual([]);
    expect((await api.call('DELETE', '/volumes/theirs')).status).toBe(404);
    expect(await api.call('POST', '/volumes', { body: { name: 'theirs' } })).toMatchObject({
      status: 409,
      body: {
        code: 'VOLUME_EXISTS',
        error: 'A volume theirs exists on the engine, and is not of this Ring',
      },
    });
    await api.call('POST', '/volumes', { body: { name: 'ours' } });
    expect(await api.call('POST', '/volumes', { body: { name: 'ours' } })).toMatchObject({
      status: 409,
      body: { code: 'VOLUME_EXISTS', error: 'A volume ours exists on the engine' },
    });
  });

  describe('that reach the host', () => {
    const bind = {
      name: 'etc',
      driver_opts: { type: 'none', o: 'bind,password=secret', device: '/etc' },
    };

    it('are left to administrators, and their options hidden from those who only read', async () => {
      const api = await open();
      const refused = await api.call('POST', '/volumes', { as: 'editor', body: bind });
      expect(refused).toMatchObject({ status: 403, body: { code: 'POLICY_VIOLATION' } });
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        '/driver_opts',
        '/driver_opts/device',
      ]);
      const plugin = await api.call('POST', '/volumes', {
        as: 'editor',
        body: { name: 'x2', driver: 'nfs' },
      });
      expect(plugin.body.errors).toMatchObject([{ pointer: '/driver' }]);
      const made = await api.call('POST', '/volumes', { as: 'admin', body: bind });
      expect([made.status, made.body.driver_opts]).toEqual([201, bind.driver_opts]);
      const read = await api.call('GET', '/volumes/etc', { as: 'viewer' });
      expect(read.body.driver_opts).toEqual({ type: '***', o: '***', device: '***' });
    });
  });

  it.each([
    [{ name: 'a' }, '/name'],
    [{ name: '../etc' }, '/name'],
    [{ name: 'data', labels: { 'ring.instance': 'x' } }, '/labels/ring.instance'],
    [{ name: 'data', size: 1 }, '/size'],
  ])('%j is none', async (body, pointer) => {
    const api = await open();
    const answer = await api.call('POST', '/volumes', { body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('are not told of while the engine does not answer', async () => {
    const api = await open();
    api.runtime.down();
    expect(await api.call('GET', '/volumes')).toMatchObject({
      status: 503,
      body: { code: 'ENGINE_UNAVAILABLE' },
    });
  });
});
