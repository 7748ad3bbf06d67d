/** Secrets over HTTP: what goes in never comes out. */
import { expect, it } from 'vitest';
import { Secret } from '../../core/secret/secret.ts';
import { validate } from '../../core/validate.ts';
import { onBothTransports } from '../support/transports.ts';

const at = '2024-01-15T10:30:00.000Z';
const value = 'c0rrect-horse-battery';
const draft = { name: 'db', namespace: 'production', value };
const secret = { id: 'db', name: 'db', namespace: 'production', version: 1, created_at: at, updated_at: at };

onBothTransports('secrets', (open) => {
  it('are created, read, listed and deleted, their values never told', async () => {
    const api = await open();
    const made = await api.call('POST', '/secrets', { body: draft });
    expect([made.status, made.body, made.headers.get('location')]).toEqual([201, secret, '/secrets/db']);
    expect(validate(Secret, made.body).violations).toBeUndefined();
    expect((await api.call('GET', '/secrets/db', { as: 'viewer' })).body).toEqual(secret);
    expect((await api.call('GET', '/secrets/db.production')).body).toEqual(secret);
    expect((await api.call('GET', '/secrets')).body).toEqual([secret]);
    expect((await api.call('GET', '/secrets?namespace[]=default')).body).toEqual([]);
    expect(await api.call('DELETE', '/secrets/db')).toMatchObject({ status: 200, body: secret });
    expect(await api.call('GET', '/secrets/db')).toMatchObject({
      status: 404,
      body: { error: 'Secret not found', code: 'SECRET_NOT_FOUND' },
    });
  });

  it('get a qualified id where another namespace holds the name as one', async () => {
    const api = await open();
    await api.call('POST', '/secrets', { body: draft });
    const other = await api.call('POST', '/secrets', { body: { ...draft, namespace: 'staging' } });
    expect(other).toMatchObject({ status: 201, body: { id: 'db.staging' } });
    const again = await api.call('POST', '/secrets', { body: { ...draft, namespace: 'staging' } });
    expect(again).toMatchObject({ status: 409, body: { code: 'SECRET_EXISTS' } });
    expect(again.body.error).toContain('PUT /secrets/db.staging');
  });

  it('are declared by PUT: created, nothing to do, changed', async () => {
    const api = await open();
    const put = async (to: string) => {
      const { status, body } = await api.call('PUT', '/secrets/db.production', { body: { value: to } });
      return [status, body.id, body.version, body.updated_at];
    };
    expect(await put('a')).toEqual([201, 'db', 1, at]);
    api.commands.pass(60_000);
    expect(await put('a')).toEqual([200, 'db', 1, at]);
    expect(await put('b')).toEqual([200, 'db', 2, '2024-01-15T10:31:00.000Z']);
  });

  it('are written by those who may write only', async () => {
    const api = await open();
    const post = await api.call('POST', '/secrets', { as: 'viewer', body: draft });
    const put = await api.call('PUT', '/secrets/db', { as: 'viewer', body: { value } });
    const remove = await api.call('DELETE', '/secrets/db', { as: 'viewer' });
    expect([post.status, put.status, remove.status]).toEqual([403, 403, 403]);
  });

  it.each([
    ['a value that is none', { ...draft, value: 123456 }, '/value'],
    ['a value with a NUL', { ...draft, value: `${value}\0` }, '/value'],
    ['a value that UTF-8 cannot hold', { ...draft, value: `${value}\ud800` }, '/value'],
    ['one without a value', { name: 'db' }, '/value'],
    ['a name that is none', { ...draft, name: 'DB_PASSWORD' }, '/name'],
    ['a field that it has not', { ...draft, data: value }, '/data'],
  ])('refuse %s, and do not repeat it', async (_what, body, pointer) => {
    const api = await open();
    const answer = await api.call('POST', '/secrets', { body });
    const { status, body: problem } = answer;
    expect([status, problem.errors.map((one: { pointer: string }) => one.pointer)]).toEqual([400, [pointer]]);
    expect(JSON.stringify(problem)).not.toMatch(/c0rrect|123456/);
  });

  it('do not repeat a body that is no JSON', async () => {
    const api = await open();
    const headers = { 'content-type': 'application/json' };
    const answer = await api.call('POST', '/secrets', { raw: `{"value": ${value}}`, headers });
    expect([answer.status, answer.body.code]).toEqual([400, 'MALFORMED_BODY']);
    expect(JSON.stringify(answer.body)).not.toContain('c0rrect');
    expect(JSON.stringify(api.reported)).not.toContain('c0rrect');
  });

  it('stand in an environment by name, for everybody to see', async () => {
    const api = await open();
    await api.call('POST', '/secrets', { body: { name: 'db', value } });
    const environment = { PASSWORD: { secretRef: 'db' }, MODE: 'production' };
    const made = await api.call('POST', '/deployments', { body: { name: 'web', image: 'a:1', environment } });
    expect([made.status, made.body.secrets]).toEqual([
      201,
      { MODE: 'production', PASSWORD: { secretRef: 'db' } },
    ]);
    const seen = await api.call('GET', '/deployments/web', { as: 'viewer' });
    expect(seen.body.secrets).toEqual({ MODE: '***', PASSWORD: { secretRef: 'db' } });
    const [revision] = (await api.call('GET', '/deployments/web/revisions')).body;
    expect(revision.inputs).toEqual([{ kind: 'secret', name: 'db', version: 1 }]);
  });

  it('must be there for whoever refers to them, and stay while somebody does', async () => {
    const api = await open();
    const body = { image: 'a:1', secrets: { PASSWORD: { secretRef: 'db' }, 'a/b': { secretRef: 'none' } } };
    const early = await api.call('PUT', '/deployments/web', { body });
    expect([early.status, early.body.errors]).toEqual([
      400,
      [
        {
          pointer: '/secrets/PASSWORD/secretRef',
          detail: 'there is no secret db in namespace default: create it first with POST /secrets',
        },
        {
          pointer: '/secrets/a~1b/secretRef',
          detail: 'there is no secret none in namespace default: create it first with POST /secrets',
        },
      ],
    ]);
    await api.call('POST', '/secrets', { body: { name: 'db', value } });
    await api.call('PUT', '/deployments/web', {
      body: { image: 'a:1', secrets: { A: { secretRef: 'db' } } },
    });
    const used = await api.call('DELETE', '/secrets/db');
    expect([used.status, used.body.code, used.body.error]).toEqual([
      409,
      'SECRET_IN_USE',
      'Secret db is used by web: change or delete these deployments first',
    ]);
    await api.call('DELETE', '/deployments/web');
    expect((await api.call('DELETE', '/secrets/db')).status).toBe(200);
  });

  it('roll out when they change, told as what they are', async () => {
    const api = await open();
    await api.call('POST', '/secrets', { body: { name: 'db', value } });
    const secrets = { A: { secretRef: 'db' } };
    await api.call('PUT', '/deployments/web', { body: { image: 'a:1', secrets } });
    await api.call('PUT', '/secrets/db', { body: { value: 'another' } });
    const [newest] = (await api.call('GET', '/deployments/web/revisions')).body;
    expect(newest).toMatchObject({
      number: 2,
      cause: 'secret/db@2',
      author: 'editor',
      inputs: [{ kind: 'secret', name: 'db', version: 2 }],
    });
    const events = (await api.call('GET', '/deployments/web/events')).body;
    expect(events.at(-1)).toMatchObject({
      reason: 'SecretChanged',
      message: 'Secret db changed to version 2: revision 2',
    });
  });
});
