/** Binds are judged again when a container is created: links and RING_BIND_ROOTS may have changed since. */
import { expect, it } from 'vitest';
import { statusOf } from '../../../support/ask-world.ts';
import { makeLinkedPaths } from '../../../support/command-ports.ts';
import { makeWorld } from '../../../support/simulation.ts';

const policy = {
  bindRoots: ['/srv'],
  hostPaths: makeLinkedPaths({ '/srv/link': '/srv/real', '/srv/out': '/etc' }),
};

it('mounts the path that a bind leads to', async () => {
  const world = await makeWorld({ policy });
  await world.create({ name: 'web', volumes: ['/srv/link/a:/x', 'data:/y'] });
  expect(await world.converge()).toBe(true);
  const made = world.engine.calls.filter(({ name }) => name === 'create').at(-1);
  expect(made?.args[0]).toMatchObject({
    spec: {
      volumes: [
        { type: 'bind', source: '/srv/real/a' },
        { type: 'volume', source: 'data' },
      ],
    },
  });
});

it.each(['/etc', '/srv/out'])('creates nothing that binds %s, and names the rule', async (source) => {
  const world = await makeWorld({ policy });
  await world.create({ name: 'web', volumes: [`${source}:/x`] });
  await world.converge();
  const made = world.engine.calls.filter(({ name }) => name === 'create');
  expect(JSON.stringify(made)).not.toContain('default_web');
  expect(await statusOf(world, 'web')).toMatchObject({
    status: 'config_error',
    status_reason: expect.stringContaining(`${source} is not below RING_BIND_ROOTS (/srv)`),
  });
});
