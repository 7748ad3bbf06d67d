/** A network is removed though the engine keeps endpoints in it of containers that are gone, and only then. */
import { expect, it } from 'vitest';
import { instanceLabel, namespaceLabel } from '../../../adapters/docker/labels.ts';
import { json, refusal, startStubEngine } from './stub-engine.ts';

const network = {
  Id: 'n1',
  Name: 'ring_default',
  Created: '2026-11-23T10:00:00Z',
  IPAM: { Config: [{ Subnet: '10.201.0.0/23' }] },
  Labels: { [instanceLabel]: 'i1', [namespaceLabel]: 'default' },
};
const missing = refusal(404, 'No such container');

/** An engine that keeps an endpoint of `web_0`, and the containers that it has by id or name. */
const withGhost = (known: readonly string[]) => {
  let isFree = false;
  return startStubEngine([
    [/^GET \/networks$/, () => json([network])],
    [/^GET \/networks\/n1$/, () => json({ ...network, Containers: { gone: { Name: 'web_0' } } })],
    [/^GET \/containers\/json$/, () => json([])],
    [
      /^GET \/containers\/[^/]+\/json$/,
      (line) => (known.some((one) => line.includes(`/${one}/`)) ? json({}) : missing),
    ],
    [
      /^POST \/networks\/n1\/disconnect$/,
      () => {
        isFree = true;
        return json({});
      },
    ],
    [
      /^DELETE \/networks\/n1$/,
      () =>
        isFree ? json(null, 200) : refusal(403, 'error while removing network: it has active endpoints'),
    ],
  ]);
};

it('lets the endpoint of a container that is gone go, and removes the network', async () => {
  const { runtime, requests } = await withGhost([]);
  expect(await runtime.releaseNetwork('default')).toBe(true);
  expect(requests.slice(-4)).toEqual([
    'GET /containers/gone/json',
    'GET /containers/web_0/json',
    'POST /networks/n1/disconnect',
    'DELETE /networks/n1',
  ]);
});

it.each([
  ['the container is there after all', 'gone'],
  ['another container has its name by now', 'web_0'],
])('leaves it where %s', async (_, known) => {
  const { runtime, requests } = await withGhost([known]);
  expect(await runtime.releaseNetwork('default')).toBe(false);
  expect(requests.filter((line) => line.endsWith('disconnect'))).toEqual([]);
});
