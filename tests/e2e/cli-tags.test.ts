/** The command against a server that takes no change without `If-Match`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld({ env: { RING_REQUIRE_IF_MATCH: 'true' } });
  await world.ring.declare('tagged', { image: 'ring-test:1', replicas: 0 });
});
afterAll(() => world.close());

it('changes and deletes what it has just read', async () => {
  const plain = await world.ring.call('PATCH', '/deployments/tagged', { body: { replicas: 2 } });
  expect([plain.status, plain.body.code]).toEqual([428, 'PRECONDITION_REQUIRED']);
  expect(await world.run(['scale', 'tagged=1', '--wait', '-o', 'name'])).toMatchObject({
    code: 0,
    stdout: 'deployment/tagged\n',
  });
  const ended = await world.run(['delete', 'deployment', 'tagged', '--wait']);
  expect([ended.code, (await world.ring.call('GET', '/deployments/tagged')).status]).toEqual([0, 404]);
});
