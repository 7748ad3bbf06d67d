import { expect, it } from 'vitest';
import { onBothTransports } from '../support/transports.ts';

const at = '2024-01-15T10:30:00.000Z';
const draft = { name: 'app-config', namespace: 'production', data: '{"database":{"host":"localhost"}}' };
const config = { id: 'app-config', ...draft, version: 1, created_at: at, updated_at: at };

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
      return [status, body.id, body.namespace, body.version, body.updated_at];
    };
    expect(await put('a')).toEqual([201, 'app-config', 'production', 1, at]);
    api.commands.pass(60_000);
    expect(await put('a')).toEqual([200, 'app-config', 'production', 1, at]);
    expect(await put('b')).toEqual([200, 'app-config', 'production', 2, '2024-01-15T10:31:00.000Z']);
  });

  const web = { name: 'web', namespace: 'production', image: 'nginx:1.21' };
  const mounts = (key?: string) => ({
    ...web,
    volumes: [
      { type: 'config', source: 'app-config', destination: '/etc/app.json', ...(key ? { key } : {}) },
    ],
  });

  it('shows the file of a config as a mount, and takes it back as it is shown', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    const made = await api.call('POST', '/deployments', { body: mounts('database.host') });
    const mount = {
      source: 'app-config',
      destination: '/etc/app.json',
      permission: 'ro',
      key: 'database.host',
    };
    expect([made.status, made.body.mounts, JSON.parse(made.body.volumes)]).toEqual([
      201,
      [{ type: 'config', ...mount }],
      [{ type: 'config', ...mount }],
    ]);
    const again = await api.call('PUT', '/deployments/web', { body: { ...web, volumes: made.body.mounts } });
    expect([again.status, again.body.revision]).toEqual([200, 1]);
  });

  it('are refused to a deployment that names one that is not there, or a key that it has not', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    const other = { ...mounts(), namespace: 'staging' };
    const refusals = await Promise.all(
      [other, mounts('database.port'), mounts('nginx.conf')].map((body) =>
        api.call('POST', '/deployments', { body }),
      ),
    );
    expect(refusals.map(({ status, body }) => [status, body.errors])).toEqual([
      [
        400,
        [{ pointer: '/volumes/0/source', detail: expect.stringContaining('there is no config app-config') }],
      ],
      [400, [{ pointer: '/volumes/0/key', detail: 'the config app-config has no key "database.port"' }]],
      [400, [{ pointer: '/volumes/0/key', detail: 'the config app-config has no key "nginx.conf"' }]],
    ]);
  });

  it('that change make another revision of those who use them, unless they asked for none', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    await api.call('POST', '/deployments', { body: mounts() });
    await api.call('POST', '/deployments', { body: { ...mounts(), name: 'calm', on_config_change: 'none' } });
    await api.call('POST', '/deployments', { body: { ...web, name: 'other' } });
    const changed = await api.call('PUT', '/configs/app-config', { body: { data: '{}' } });
    const same = await api.call('PUT', '/configs/app-config', { body: { data: '{}' } });
    const listed = await api.call('GET', '/deployments');
    expect([changed.body.version, same.body.version]).toEqual([2, 2]);
    expect(listed.body.map(({ id, revision }: { id: string; revision: number }) => [id, revision])).toEqual([
      ['calm', 1],
      ['other', 1],
      ['web', 2],
    ]);
    const [newest] = (await api.call('GET', '/deployments/web/revisions')).body;
    expect(newest).toMatchObject({ number: 2, author: 'editor', cause: 'config/app-config@2' });
  });

  it('keep the keys that deployments have as files', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    await api.call('POST', '/deployments', { body: mounts('database.host') });
    const refused = await api.call('PUT', '/configs/app-config', { body: { data: '{"database":{}}' } });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ pointer: '/data', detail: 'has no key "database.host"; deployment web mounts it' }],
    ]);
    expect((await api.call('GET', '/configs/app-config')).body).toEqual(config);
  });

  it('are not what they were for a revision that had another key of them', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    await api.call('POST', '/deployments', { body: mounts('database.host') });
    await api.call('PUT', '/deployments/web', { body: web });
    expect((await api.call('PUT', '/configs/app-config', { body: { data: '{}' } })).status).toBe(200);
    const refused = await api.call('POST', '/deployments/web/rollback', { body: { revision: 1 } });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ pointer: '/revision', detail: 'the config app-config has no key "database.host"' }],
    ]);
  });

  it('in use are not deleted, and those who use them are named', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: draft });
    await api.call('POST', '/deployments', { body: mounts() });
    await api.call('POST', '/deployments', { body: { ...mounts(), name: 'api' } });
    expect(await api.call('DELETE', '/configs/app-config')).toMatchObject({
      status: 409,
      body: {
        code: 'CONFIG_IN_USE',
        error: 'Config app-config is used by api, web: change or delete these deployments first',
      },
    });
    await api.call('DELETE', '/deployments/api');
    await api.call('PUT', '/deployments/web', { body: web });
    expect(await api.call('DELETE', '/configs/app-config')).toMatchObject({ status: 200 });
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
