/** GET /deployments/:id/health-checks, over both transports. */
import { expect, it } from 'vitest';
import {
  aCheckRecord,
  aCommandCheck,
  aFailure,
  aHealthRecord,
  anAnswer,
  aTcpCheck,
} from '../support/health.ts';
import { madeAt } from '../support/records.ts';
import { type Api, onBothTransports } from '../support/transports.ts';

const path = '/deployments/web/health-checks';

async function keep(api: Api): Promise<void> {
  const health_checks = [{ type: 'http', port: 8080, path: '/healthz' }];
  await api.call('POST', '/deployments', { body: { name: 'web', image: 'nginx:1', health_checks } });
  const failing = {
    verdict: 'failing',
    successes: 0,
    failures: 3,
    graceUntil: null,
    reason: 'the http check of :8080/healthz is failing: it answered 503',
  } as const;
  const answers = [anAnswer({ excerpt: 'a secret' }), aFailure({ excerpt: 'another' })];
  const at = Date.parse(madeAt);
  await api.commands.store.healthRecords.save([
    aHealthRecord({ uid: 'uid-1', checks: [aCheckRecord({ state: failing, answers })] }),
    aHealthRecord({
      uid: 'uid-1',
      instanceId: 'c-0',
      endedAt: at,
      checks: [aCheckRecord({ check: aTcpCheck() })],
    }),
    aHealthRecord({
      uid: 'uid-1',
      slot: 1,
      instanceId: 'c-2',
      checks: [
        aCheckRecord({
          check: aCommandCheck(),
          answers: [anAnswer({ ok: null, status: null, excerpt: '', error: 'no answer' })],
        }),
      ],
    }),
  ]);
}

const fresh = { state: 'unknown', reason: null, consecutive_successes: 0, consecutive_failures: 0 };
const nothing = { at: madeAt, status: null, exit_code: null, duration_ms: 3 };

onBothTransports('health checks', (open) => {
  it('are listed for each instance, with the last results', async () => {
    const api = await open();
    await keep(api);
    const { status, body } = await api.call('GET', path);
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        slot: 0,
        instance: 'c-0',
        container: 'default_web_0_r1',
        check: { type: 'tcp', port: 5432 },
        ...fresh,
        last_checked_at: null,
        ended_at: madeAt,
        results: [],
      },
      {
        slot: 0,
        instance: 'c-1',
        container: 'default_web_0_r1',
        check: { type: 'http', port: 8080, path: '/healthz' },
        state: 'failing',
        reason: 'the http check of :8080/healthz is failing: it answered 503',
        consecutive_successes: 0,
        consecutive_failures: 3,
        last_checked_at: madeAt,
        ended_at: null,
        results: [
          { ...nothing, ok: true, status: 200, excerpt: 'a secret', error: null },
          { ...nothing, ok: false, status: 503, excerpt: 'another', error: 'it answered 503' },
        ],
      },
      {
        slot: 1,
        instance: 'c-2',
        container: 'default_web_0_r1',
        check: { type: 'command', command: ['is-well'] },
        ...fresh,
        last_checked_at: madeAt,
        ended_at: null,
        results: [{ ...nothing, ok: null, excerpt: '', error: 'no answer' }],
      },
    ]);
  });

  it('show nobody but those who may write what was answered', async () => {
    const api = await open();
    await keep(api);
    const { status, body } = await api.call('GET', path, { as: 'viewer' });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/secret|another/);
    expect(body[1]).toMatchObject({ state: 'failing', results: [{ excerpt: null }, { excerpt: null }] });
  });

  it('are none of a deployment whose instances were never asked', async () => {
    const api = await open();
    await api.call('POST', '/deployments', { body: { name: 'web', image: 'nginx:1' } });
    expect(await api.call('GET', path)).toMatchObject({ status: 200, body: [] });
  });

  it('are not found without the deployment', async () => {
    const api = await open();
    expect(await api.call('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'DEPLOYMENT_NOT_FOUND' },
    });
  });

  it('refuse what is wrong with a declaration, each at its place', async () => {
    const api = await open();
    const health_checks = [{ type: 'command', command: 'curl' }, { type: 'http' }];
    const answer = await api.call('POST', '/deployments', {
      body: { name: 'web', image: 'nginx', health_checks },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          { pointer: '/health_checks/0/command', detail: 'must be a list' },
          { pointer: '/health_checks/1/port', detail: 'is required' },
        ],
      },
    });
  });
});
