import { expect, it } from 'vitest';
import { type Api, onBothTransports } from '../support/transports.ts';

const job = { name: 'dump', kind: 'job', image: 'busybox:1', schedule: '30 2 * * *' };

onBothTransports('schedules', (open) => {
  const faults = async (api: Api, [method, path]: readonly [string, string], body: object) => {
    const answer = await api.call(method, path, { body });
    return [answer.status, ...(answer.body.errors ?? []).map((one: { pointer: string }) => one.pointer)];
  };

  it('are refused where they can never be met, however they are declared', async () => {
    const api = await open();
    await api.call('POST', '/deployments', { body: job });
    expect([
      await faults(api, ['POST', '/deployments'], { ...job, name: 'a', schedule: '61 * * * *' }),
      await faults(api, ['PUT', '/deployments/dump'], { ...job, schedule: '0 0 31 2 *' }),
      await faults(api, ['PATCH', '/deployments/dump'], { schedule: '* * * *' }),
      await faults(api, ['PATCH', '/deployments/dump'], {
        schedule: '0 25 * * *',
        time_zone: 'Mars/Olympus',
      }),
    ]).toEqual([
      [400, '/schedule'],
      [400, '/schedule'],
      [400, '/schedule'],
      [400, '/schedule', '/time_zone'],
    ]);
  });

  it('are changed, suspended and resumed by PATCH', async () => {
    const api = await open();
    await api.call('POST', '/deployments', { body: job });
    const patch = async (body: object) => (await api.call('PATCH', '/deployments/dump', { body })).body.job;
    expect(await patch({ suspend: true, time_zone: 'Europe/Berlin' })).toMatchObject({
      schedule: '30 2 * * *',
      time_zone: 'Europe/Berlin',
      suspend: true,
    });
    expect(await patch({ suspend: false, schedule: '*/2 * * * * *' })).toMatchObject({
      schedule: '*/2 * * * * *',
      suspend: false,
    });
  });

  it('are taken away by PATCH, with all that goes with them', async () => {
    const api = await open();
    const terms = { time_zone: 'Europe/Berlin', catch_up: 'last', suspend: true };
    await api.call('POST', '/deployments', { body: { ...job, ...terms } });
    const { status, body } = await api.call('PATCH', '/deployments/dump', {
      body: { schedule: null, completions: 2 },
    });
    expect([status, body.replicas, body.job]).toMatchObject([
      200,
      2,
      { schedule: null, time_zone: null, catch_up: null, suspend: null },
    ]);
  });
});
