import { expect, it } from 'vitest';
import { type Api, onBothTransports } from '../support/transports.ts';

const created = '2024-01-15T10:30:00.000Z';

const logIn = (api: Api, username: string, password: string) =>
  api.call('POST', '/login', { as: null, body: { username, password } });

const me = (api: Api, token: string) =>
  api.call('GET', '/users/me', { as: null, headers: { authorization: `Bearer ${token}` } });

onBothTransports('sessions', (open) => {
  it('gives a token that says who one is', async () => {
    const api = await open();
    const { status, body } = await logIn(api, 'admin', 'admin-password');
    expect({ status, body }).toEqual({
      status: 200,
      body: { token: expect.any(String), expires_at: '2024-01-15T22:30:00.000Z' },
    });
    expect((await me(api, body.token)).body).toEqual({
      id: '1',
      username: 'admin',
      role: 'admin',
      created_at: created,
    });
  });

  it('refuses a wrong password and an unknown user in the same words', async () => {
    const api = await open();
    const { request_id: _one, ...wrong } = (await logIn(api, 'admin', 'wrong-password')).body;
    const { request_id: _other, ...unknown } = (await logIn(api, 'nobody', 'wrong-password')).body;
    expect(wrong).toMatchObject({ status: 401, code: 'INVALID_CREDENTIALS' });
    expect(unknown).toEqual(wrong);
  });

  it('are refused with a time after many wrong passwords, for that name only and never with a token', async () => {
    const api = await open();
    const wrong = () => logIn(api, 'editor', 'wrong-password');
    for (let time = 0; time < 5; time += 1) expect((await wrong()).status).toBe(401);
    const slowed = await wrong();
    expect(slowed).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(slowed.headers.get('retry-after')).toBe('1');
    expect((await logIn(api, 'viewer', 'viewer-password')).status).toBe(200);
    const body = { password: 'another-password' };
    expect((await api.call('PUT', '/users/2', { as: 'editor', body })).status).toBe(200);
    api.commands.pass(1_000);
    expect((await logIn(api, 'editor', 'another-password')).status).toBe(200);
  });

  it('ends the token at a logout, and no other', async () => {
    const api = await open();
    const one = (await logIn(api, 'editor', 'editor-password')).body.token;
    const other = (await logIn(api, 'editor', 'editor-password')).body.token;
    const headers = { authorization: `Bearer ${one}` };
    expect(await api.call('POST', '/logout', { as: null, headers })).toMatchObject({ status: 204, body: '' });
    expect([(await me(api, one)).status, (await me(api, other)).status]).toEqual([401, 200]);
  });

  it('ends with its time', async () => {
    const api = await open();
    api.commands.pass(12 * 3_600_000);
    expect((await api.call('GET', '/users/me')).status).toBe(401);
  });
});

onBothTransports('users', (open) => {
  it('are read one by one by an administrator, and by everyone themselves', async () => {
    const api = await open();
    const read = (id: string, as: 'admin' | 'viewer') => api.call('GET', `/users/${id}`, { as });
    const viewer = await read('3', 'viewer');
    expect(viewer).toMatchObject({ status: 200, body: { id: '3', username: 'viewer', role: 'viewer' } });
    expect(viewer.headers.get('etag')).toBe('"3.0.viewer"');
    expect((await read('3', 'admin')).body).toEqual(viewer.body);
    expect(await read('2', 'viewer')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await read('9', 'viewer')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await read('9', 'admin')).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } });
    expect(await read('none', 'admin')).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } });
  });

  it('lists, creates and deletes users for an administrator', async () => {
    const api = await open();
    const body = { username: 'john', password: 'secretpassword' };
    const john = { id: '4', username: 'john', role: 'editor', created_at: created };
    const made = await api.call('POST', '/users', { as: 'admin', body });
    expect(made).toMatchObject({ status: 201, body: john });
    expect(made.headers.get('location')).toBe('/users/4');
    expect(made.body).toEqual(john);
    const { body: everyone } = await api.call('GET', '/users', { as: 'admin' });
    expect(everyone.map(({ username }: { username: string }) => username)).toEqual([
      'admin',
      'editor',
      'viewer',
      'john',
    ]);
    expect(await api.call('DELETE', '/users/4', { as: 'admin' })).toMatchObject({ status: 200, body: john });
    expect(await api.call('DELETE', '/users/4', { as: 'admin' })).toMatchObject({ status: 404 });
  });

  it('answers 409 for a name that is taken', async () => {
    const api = await open();
    const body = { username: 'viewer', password: 'long-enough' };
    expect(await api.call('POST', '/users', { as: 'admin', body })).toMatchObject({
      status: 409,
      body: { code: 'USER_EXISTS' },
    });
    expect(await api.call('PUT', '/users/2', { as: 'admin', body: { username: 'viewer' } })).toMatchObject({
      status: 409,
    });
  });

  it.each([
    ['a short password', { username: 'john', password: '1234567' }, '/password'],
    ['a password of too many bytes', { username: 'john', password: 'ä'.repeat(513) }, '/password'],
    ['a name with spaces', { username: 'john doe', password: 'long-enough' }, '/username'],
    ['an unknown role', { username: 'john', password: 'long-enough', role: 'root' }, '/role'],
    ['a hash', { username: 'john', password: 'long-enough', passwordHash: 'x' }, '/passwordHash'],
  ])('refuses %s', async (_title, body, pointer) => {
    const api = await open();
    const answer = await api.call('POST', '/users', { as: 'admin', body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect(JSON.stringify(answer.body)).not.toContain(body.password);
    expect((await api.call('GET', '/users', { as: 'admin' })).body).toHaveLength(3);
  });

  it('lets everyone change their own password, which ends their tokens', async () => {
    const api = await open();
    const changed = await api.call('PUT', '/users/3', { as: 'viewer', body: { password: 'another-one' } });
    expect(changed).toMatchObject({ status: 200, body: { id: '3', username: 'viewer' } });
    expect((await api.call('GET', '/users/me', { as: 'viewer' })).status).toBe(401);
    expect((await logIn(api, 'viewer', 'viewer-password')).status).toBe(401);
    expect((await logIn(api, 'viewer', 'another-one')).status).toBe(200);
  });

  it('lets nobody but an administrator change others, roles or names', async () => {
    const api = await open();
    const put = async (id: string, body: object) => (await api.call('PUT', `/users/${id}`, { body })).status;
    expect(await put('1', { password: 'taken-over' })).toBe(403);
    expect(await put('99', { password: 'taken-over' })).toBe(403);
    expect(await put('2', { role: 'admin' })).toBe(403);
    expect(await put('2', { username: 'admin2' })).toBe(403);
    expect((await logIn(api, 'admin', 'admin-password')).status).toBe(200);
  });

  it('takes a role away at once', async () => {
    const api = await open();
    await api.call('PUT', '/users/2', { as: 'admin', body: { role: 'viewer' } });
    expect((await api.call('GET', '/users/me', { as: 'editor' })).status).toBe(401);
    const { token } = (await logIn(api, 'editor', 'editor-password')).body;
    const headers = { authorization: `Bearer ${token}` };
    expect((await api.call('POST', '/reconcile', { as: null, headers })).status).toBe(403);
  });

  it('keeps the last administrator', async () => {
    const api = await open();
    const lastAdmin = { status: 409, body: { code: 'LAST_ADMIN' } };
    expect(await api.call('DELETE', '/users/1', { as: 'admin' })).toMatchObject(lastAdmin);
    expect(await api.call('PUT', '/users/1', { as: 'admin', body: { role: 'viewer' } })).toMatchObject(
      lastAdmin,
    );
    await api.call('PUT', '/users/2', { as: 'admin', body: { role: 'admin' } });
    expect(await api.call('DELETE', '/users/1', { as: 'admin' })).toMatchObject({ status: 200 });
    expect((await api.call('GET', '/users/me', { as: 'admin' })).status).toBe(401);
  });
});
