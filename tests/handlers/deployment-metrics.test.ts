import { expect, it } from 'vitest';
import { makeLogWorld } from '../support/log-world.ts';
import { onBothTransports } from '../support/transports.ts';

const nothing = {
  cpu_percent: null,
  memory_bytes: null,
  network_rx_bytes: null,
  network_tx_bytes: null,
  pids: null,
};

onBothTransports('what a deployment uses', (open) => {
  it('is told of each container that runs, and in sum', async () => {
    const api = await open();
    const web = await makeLogWorld(api);
    const [one, other, ended] = [await web.run(0), await web.run(1), await web.run(2)];
    api.runtime.exit(ended, 1);
    api.runtime.usages.set(one, {
      cpuPercent: 12.3456,
      memoryBytes: 30_000,
      memoryLimitBytes: 120_000,
      network: { receivedBytes: 10, sentBytes: 20 },
      pids: 3,
    });
    api.runtime.usages.set(other, { cpuPercent: 150, memoryBytes: 1_000, network: null, pids: null });
    const { status, body } = await api.call('GET', '/deployments/web/metrics', { as: 'viewer' });
    const common = { run: null, revision: 1, state: 'running', restarts: 0 };
    const started = { started_at: '2024-01-15T10:30:00.000Z' };
    expect([status, body]).toEqual([
      200,
      {
        deployment: 'web',
        namespace: 'default',
        measured_at: '2024-01-15T10:30:00.000Z',
        instances: [
          {
            ...{ id: one, container: 'default_web_0_r1', replica: 0, ...common, ...started },
            ...{ cpu_percent: 12.35, memory_bytes: 30_000, memory_limit_bytes: 120_000 },
            ...{ memory_percent: 25, network_rx_bytes: 10, network_tx_bytes: 20, pids: 3 },
          },
          {
            ...{ id: other, container: 'default_web_1_r1', replica: 1, ...common, ...started },
            ...{ cpu_percent: 150, memory_bytes: 1_000, memory_limit_bytes: null },
            ...{ memory_percent: null, network_rx_bytes: null, network_tx_bytes: null, pids: null },
          },
        ],
        total: {
          ...{ cpu_percent: 162.35, memory_bytes: 31_000 },
          ...{ network_rx_bytes: 10, network_tx_bytes: 20, pids: 3 },
        },
      },
    ]);
    expect(api.runtime.calls.slice(-2).map(({ name }) => name)).toEqual(['observe', 'usage']);
  });

  it('is nothing without a container, and the engine is not asked to measure', async () => {
    const api = await open();
    await makeLogWorld(api);
    const { status, body } = await api.call('GET', '/deployments/web/metrics');
    expect([status, body.instances, body.total]).toEqual([200, [], nothing]);
    expect(api.runtime.calls.at(-1)?.name).toBe('observe');
  });

  it('is null for a container that ended while it was measured', async () => {
    const api = await open();
    const web = await makeLogWorld(api);
    const id = await web.run(0);
    await api.runtime.observe();
    const { usage } = api.runtime;
    const mortal = await open({
      ports: () => ({
        ...api.ports,
        runtime: {
          ...api.runtime,
          async usage(of) {
            api.runtime.exit(id, 0);
            return usage(of);
          },
        },
      }),
    });
    const { body } = await mortal.call('GET', '/deployments/web/metrics', {
      headers: { authorization: `Bearer ${api.tokens.editor}` },
    });
    expect([body.instances.length, body.instances[0].memory_bytes, body.total]).toEqual([1, null, nothing]);
  });

  it('is measured for all deployments by one look at the engine', async () => {
    const api = await open();
    const web = await makeLogWorld(api);
    const id = await web.run(1);
    await web.run(0);
    api.runtime.usages.set(id, { cpuPercent: 5, memoryBytes: 1_000, network: null, pids: null });
    const names = ['api', 'idle', 'db', 'queue', 'shop'];
    for (const name of names) {
      await api.call('POST', '/deployments', { body: { name, namespace: 'lab', image: 'nginx:1.21' } });
      const record = await api.ports.deployments.find(name);
      if (name !== 'idle') await web.runOf({ uid: record?.uid ?? '', name, namespace: 'lab' });
    }
    const before = api.runtime.calls.length;
    const { status, body } = await api.call('GET', '/usage', { as: 'viewer' });
    expect(api.runtime.calls.slice(before).map(({ name }) => name)).toEqual(['observe', 'usage']);
    const running = body.map((one: { deployment: string; instances: unknown[] }) => [
      one.deployment,
      one.instances.length,
    ]);
    expect([status, running]).toEqual([
      200,
      [
        ['api', 1],
        ['db', 1],
        ['queue', 1],
        ['shop', 1],
        ['web', 2],
      ],
    ]);
    expect(body[4]).toEqual((await api.call('GET', '/deployments/web/metrics')).body);
    const idsOf = async (query: string) =>
      (await api.call('GET', `/usage?${query}`)).body.map(
        ({ deployment }: { deployment: string }) => deployment,
      );
    expect([
      await idsOf('namespace[]=default'),
      await idsOf('deployment[]=web&deployment[]=idle.lab'),
    ]).toEqual([['web'], ['idle', 'web']]);
    expect((await api.call('GET', '/usage?deployment[]=nobody')).body.code).toBe('DEPLOYMENT_NOT_FOUND');
  });

  it('cannot be told of nobody, or while the engine does not answer', async () => {
    const api = await open();
    const web = await makeLogWorld(api);
    await web.run(0);
    const missing = await api.call('GET', '/deployments/nobody/metrics');
    api.runtime.down();
    const unseen = await api.call('GET', '/deployments/web/metrics');
    expect([missing.status, missing.body.code, unseen.status, unseen.body.code]).toEqual([
      404,
      'DEPLOYMENT_NOT_FOUND',
      503,
      'ENGINE_UNAVAILABLE',
    ]);
  });
});
