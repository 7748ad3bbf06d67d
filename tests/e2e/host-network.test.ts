/** A worker on the host's network: it runs, is asked how it is, is healed and rolled out, and its status is true. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import { freePort } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
let port = 0;

beforeAll(async () => {
  image = await ensureTestImage();
  port = await freePort();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

const agent = (page: string, more: Partial<DeploymentDeclaration> = {}): DeploymentDeclaration => ({
  image,
  namespace: 'hosted',
  network_mode: 'host',
  command: [
    'sh',
    '-c',
    `mkdir -p /tmp/www; echo ${page} > /tmp/www/index.html; trap 'kill $!; exit 0' TERM; httpd -f -p 127.0.0.1:${port} -h /tmp/www & wait`,
  ],
  stop_grace: '2s',
  health_checks: [{ type: 'http', port, readiness: true, interval: '1s', timeout: '1s' }],
  ...more,
});

const page = async (): Promise<string> => {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();
  } catch {
    return 'nothing answers';
  }
};

const untilPage = (wanted: string) =>
  until(page, (found) => found === wanted, { what: `the page ${wanted}` });

test('a worker on the network of the host runs, heals and is rolled out without a network of its own', async () => {
  await ring.declare('agent', agent('one'));
  const first = await ring.untilStatus('agent', 'running');
  expect([await page(), first.network_mode, await ring.networks()]).toEqual(['one', 'host', []]);
  const [id = ''] = first.instances;
  const { NetworkSettings, HostConfig } = await ring.docker.getContainer(id).inspect();
  expect([HostConfig.NetworkMode, Object.keys(NetworkSettings.Networks)]).toEqual(['host', ['host']]);

  await ring.docker.getContainer(id).kill();
  await until(
    async () => (await ring.docker.getContainer(id).inspect()).State.Running,
    (runs) => runs,
    { what: 'the healed agent' },
  );
  await untilPage('one');
  await ring.docker.getContainer(id).remove({ force: true });
  await untilPage('one');

  await ring.untilStatus('agent', 'running');
  await ring.declare('agent', agent('two'));
  const second = await ring.until(
    'agent',
    ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2,
  );
  expect([await page(), second.status, second.instances.length]).toEqual(['two', 'running', 1]);
  const forced = (await ring.events('agent')).filter(({ reason }) => reason === 'RolloutForcedStopFirst');
  expect(forced.map(({ message }) => message)).toEqual([expect.stringContaining("host's network")]);

  await ring.declare('agent', agent('three', { command: ['no-such-command'] }));
  const back = await ring.until('agent', ({ rollout }) => rollout?.state === 'rolled_back', {
    withinMs: 90_000,
  });
  expect([await page(), back.status]).toEqual(['two', 'running']);

  const { network_mode: _network, ...inNamespace } = agent('four', { health_checks: [] });
  await ring.declare('agent', inNamespace);
  await ring.until('agent', ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 4);
  expect([await page(), (await ring.networks()).length]).toEqual(['nothing answers', 1]);

  await ring.declare('agent', agent('five'));
  await untilPage('five');
  await ring.call('DELETE', '/deployments/agent');
  await ring.untilGone('agent');
  expect([await page(), await ring.containers()]).toEqual(['nothing answers', []]);
});
