import { expect, it } from 'vitest';
import { onBothTransports } from '../support/transports.ts';

const at = '2024-01-15T10:30:00.000Z';
const draft = { name: 'app-config', namespace: 'production', data: '{"database":{"host":"localhost"}}' };
const config = { id: 'app-config', ...draft, created_at: at, updated_at: at };

onBothTransports('configs', (open) => {
  it('creates, reads, lists and deletes', async () => {
    const api = await open();
    const made = await api.call('POST', '/configs', { body: draft });
    expect([made.status, made.body, made.headers.get('location')]).toEqual([
      201,
      config,
      '/configs/app-config',
    ]);
    expect((await api.call('GET', '/configs/app-config')).body).toEqual(config);
    expect((await api.call('GET', '/configs/app-config.production')).body).toEqual(config);
    expect((await api.call('GET', '/configs')).body).toEqual([config]);
    expect((await api.call('GET', '/configs?namespace[]=default')).body).toEqual([]);
    expect(await api.call('DELETE', '/configs/app-config')).toMatchObject({ status: 200, body: config });
    expect(await api.call('GET', '/configs/app-config')).toMatchObject({
      status: 404,
      body: { error: 'Config not found', code: 'CONFIG_NOT_FOUND' },
    });
  });

  it('gives a name that another namespace holds as an id its qualified one', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    const other = await api.call('POST', '/configs', { body: { ...draft, namespace: 'staging' } });
    expect(other).toMatchObject({ status: 201, body: { id: 'app-config.staging' } });
    const again = await api.call('POST', '/configs', { body: { ...draft, namespace: 'staging' } });
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFIG_EXISTS' } });
    expect(again.body.error).toContain('PUT /configs/app-config.staging');
  });

  it('declares by PUT: created, nothing to do, changed', async () => {
    const api = await open();
    const put = async (data: string) => {
      const { status, body } = await api.call('PUT', '/configs/app-config.production', { body: { data } });
      return [status, body.id, body.namespace, body.updated_at];
    };
    expect(await put('a')).toEqual([201, 'app-config', 'production', at]);
    api.commands.pass(60_000);
    expect(await put('a')).toEqual([200, 'app-config', 'production', at]);
    expect(await put('b')).toEqual([200, 'app-config', 'production', '2024-01-15T10:31:00.000Z']);
  });

  it('refuses a PUT whose body names another config, and an id that cannot be one', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    const put = async (id: string, body: object) => {
      const answer = await api.call('PUT', `/configs/${id}`, { body: { data: 'x', ...body } });
      return [answer.status, answer.body.errors?.map((one: { pointer: string }) => one.pointer)];
    };
    expect(await put('app-config', { name: 'other' })).toEqual([400, ['/name']]);
    expect(await put('app-config.production', { namespace: 'staging' })).toEqual([400, ['/namespace']]);
    expect(await put('Not_A_Label', {})).toEqual([400, ['/name']]);
    expect((await api.call('GET', '/configs')).body).toEqual([config]);
  });
});
