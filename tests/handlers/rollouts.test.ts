import { expect, it } from 'vitest';
import { RevisionView } from '../../core/deployment/revisions.ts';
import { validate } from '../../core/validate.ts';
import { aSpecView } from '../support/records.ts';
import { remember } from '../support/remembered.ts';
import { type Api, type OpenApi, onBothTransports } from '../support/transports.ts';

const at = '2024-01-15T10:30:00.000Z';

/** `web` with the images nginx:1 and nginx:2 as its revisions. */
async function openWithWeb(open: OpenApi): Promise<Api> {
  const api = await open();
  for (const image of ['nginx:1', 'nginx:2']) {
    await api.call('PUT', '/deployments/web', { body: { image, secrets: { KEY: 'hunter2' } } });
  }
  return api;
}

const commands = ['rollback', 'restart', 'pause', 'resume'] as const;

onBothTransports('rollouts', (open) => {
  it('lists the revisions, newest first, without what is secret', async () => {
    const api = await openWithWeb(open);
    await api.call('POST', '/deployments/web/restart', { as: 'admin' });
    await api.call('POST', '/deployments/web/rollback', { body: { revision: 1 } });
    await remember(api.commands.store, { stable: 2 });
    const { status, body } = await api.call('GET', '/deployments/web/revisions', { as: 'viewer' });
    const common = { image_id: null, image_digest: null, created_at: at, stable: false, declared: false };
    const editors = { ...common, author: 'editor', inputs: [], spec: aSpecView() };
    expect([status, body]).toEqual([
      200,
      [
        { ...editors, number: 4, image: 'nginx:1', cause: 'rollback to 1', declared: true },
        { ...editors, number: 3, image: 'nginx:2', cause: 'restart', author: 'admin' },
        { ...editors, number: 2, image: 'nginx:2', cause: 'declared', stable: true },
        { ...editors, number: 1, image: 'nginx:1', cause: 'declared' },
      ],
    ]);
    expect(body.map((one: unknown) => validate(RevisionView, one).violations)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('shows what the headers of a check hold only to those who may write', async () => {
    const api = await open();
    const check = { type: 'http', port: 80, path: '/', headers: { authorization: 'hunter2' } };
    await api.call('PUT', '/deployments/web', { body: { image: 'a:1', health_checks: [check] } });
    const shown = async (as: 'viewer' | 'editor') =>
      (await api.call('GET', '/deployments/web/revisions', { as })).body[0].spec.health_checks[0].headers;
    expect([await shown('editor'), await shown('viewer')]).toEqual([
      { authorization: 'hunter2' },
      { authorization: '***' },
    ]);
  });

  it('rolls back to the revision before, whether a body says so or there is none', async () => {
    const ways = [
      {},
      { body: {} },
      { headers: { 'content-type': 'application/json' } },
      { raw: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { raw: ' \n', headers: { 'content-type': 'application/json' } },
    ];
    for (const way of ways) {
      const api = await openWithWeb(open);
      const answer = await api.call('POST', '/deployments/web/rollback', way);
      expect(answer, JSON.stringify(way)).toMatchObject({
        status: 200,
        body: { id: 'web', revision: 3, image: 'nginx:1', secrets: { KEY: 'hunter2' } },
      });
      expect(api.commands.woken).toEqual(['uid-1', 'uid-1', 'uid-1']);
    }
  });

  it('rolls back to the given revision, and says where there is none', async () => {
    const api = await openWithWeb(open);
    const to = async (revision: number) => {
      const { status, body } = await api.call('POST', '/deployments/web/rollback', { body: { revision } });
      return [status, body.code ?? body.revision, body.error];
    };
    expect(await to(1)).toEqual([200, 3, undefined]);
    expect(await to(3)).toEqual([
      409,
      'NOTHING_TO_ROLL_BACK_TO',
      'Nothing to roll back deployment web to: revision 3 is already the declared one',
    ]);
    expect(await to(7)).toEqual([
      404,
      'REVISION_NOT_FOUND',
      'Revision 7 of deployment web is not kept: there are 3, 2, 1',
    ]);
  });

  it.each<[string, object, number, string]>([
    ['a fraction', { body: { revision: 1.5 } }, 400, '/revision'],
    ['a number below the first', { body: { revision: 0 } }, 400, '/revision'],
    ['a text', { body: { revision: '1' } }, 400, '/revision'],
    ['another field', { body: { to: 1 } }, 400, '/to'],
    ['a list', { body: [] }, 400, ''],
    ['nothing as JSON', { body: null }, 400, ''],
  ])('refuses to roll back to %s', async (...[, call, status, pointer]) => {
    const api = await openWithWeb(open);
    const answer = await api.call('POST', '/deployments/web/rollback', call);
    expect(answer).toMatchObject({ status, body: { code: 'INVALID_REQUEST', errors: [{ pointer }] } });
    expect(api.commands.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('refuses to roll back by what is no JSON, of another type or too large', async () => {
    const api = await openWithWeb(open);
    const json = { 'content-type': 'application/json' };
    const code = async (raw: string, headers: Record<string, string>) => {
      const { status, body } = await api.call('POST', '/deployments/web/rollback', { raw, headers });
      return [status, body.code];
    };
    expect(await code('{', json)).toEqual([400, 'MALFORMED_BODY']);
    expect(await code('{"revision":1}', { 'content-type': 'text/plain' })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await code(' '.repeat(1_048_577), json)).toEqual([413, 'BODY_TOO_LARGE']);
    expect(api.commands.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('restarts under a new number', async () => {
    const api = await openWithWeb(open);
    expect(await api.call('POST', '/deployments/web/restart')).toMatchObject({
      status: 200,
      body: { id: 'web', revision: 3, image: 'nginx:2' },
    });
  });

  it('pauses and resumes, and both again without a change', async () => {
    const api = await openWithWeb(open);
    const steps = ['pause', 'pause', 'resume', 'resume'] as const;
    const paused: unknown[] = [];
    for (const step of steps) {
      const { status, body } = await api.call('POST', `/deployments/web/${step}`);
      paused.push([status, body.paused]);
    }
    expect(paused).toEqual([
      [200, true],
      [200, true],
      [200, false],
      [200, false],
    ]);
    expect(api.commands.woken).toHaveLength(4);
    expect((await api.call('GET', '/deployments/web')).body).toMatchObject({ paused: false, revision: 2 });
  });

  it('answers 404 for what is not there, 409 for what is being deleted and 400 for a job', async () => {
    const api = await openWithWeb(open);
    await api.call('DELETE', '/deployments/web');
    await api.call('PUT', '/deployments/once', { body: { image: 'a:1', kind: 'job' } });
    for (const command of commands) {
      const codes = await Promise.all(
        ['none', 'web', 'once'].map(async (id) => {
          const { status, body } = await api.call('POST', `/deployments/${id}/${command}`);
          return [status, body.code];
        }),
      );
      expect(codes, command).toEqual([
        [404, 'DEPLOYMENT_NOT_FOUND'],
        [409, 'DEPLOYMENT_BEING_DELETED'],
        [400, 'INVALID_REQUEST'],
      ]);
    }
    expect((await api.call('GET', '/deployments/none/revisions')).status).toBe(404);
    expect((await api.call('GET', '/deployments/web/revisions')).body).toHaveLength(2);
    expect((await api.call('GET', '/deployments/once/revisions')).body).toHaveLength(1);
  });

  it('knows no other query there', async () => {
    const api = await openWithWeb(open);
    expect(await api.call('GET', '/deployments/web/revisions?newest=1')).toMatchObject({ status: 400 });
    expect(await api.call('POST', '/deployments/web/restart?now=1')).toMatchObject({ status: 400 });
  });
});
