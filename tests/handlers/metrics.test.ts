import { expect, it } from 'vitest';
import { makeLogWorld } from '../support/log-world.ts';
import { readScrape } from '../support/prometheus.ts';
import { onBothTransports } from '../support/transports.ts';

onBothTransports('metrics', (open) => {
  it('are text in the format of Prometheus, for everyone who may read', async () => {
    const api = await open();
    await makeLogWorld(api);
    const [{ status, headers, body }, stranger] = [
      await api.call('GET', '/metrics', { as: 'viewer' }),
      await api.call('GET', '/metrics', { as: null }),
    ];
    expect([status, headers.get('content-type'), stranger.status]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      401,
    ]);
    const scrape = readScrape(String(body));
    expect({
      creating: scrape.value('ring_deployments', { status: 'creating' }),
      running: scrape.value('ring_deployments', { status: 'running' }),
      wanted: scrape.value('ring_replicas_wanted'),
      database: scrape.value('ring_database_up'),
      version: scrape.value('ring_build_info', { version: '1.2.3', node_version: process.version }),
    }).toEqual({ creating: 1, running: 0, wanted: 1, database: 1, version: 1 });
  });
});
