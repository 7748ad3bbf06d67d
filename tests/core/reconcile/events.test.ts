/** What the events of a deployment tell: containers by their names, whatever was asked of them by id. */
import { expect, it } from 'vitest';
import { worldWithWeb } from '../../support/ask-world.ts';

it('tells of containers by their names', async () => {
  const world = await worldWithWeb();
  const [first] = world.instances();
  world.engine.kill(first?.id ?? '');
  await world.run(1_000);
  await world.declare('web', { image: 'app:2' });
  await world.converge();
  const [web] = await world.declared();
  const events = await world.store.stores.events.list(web?.record.uid ?? '', { limit: 100 });
  const told = events.flatMap(({ reason, message }) =>
    reason.startsWith('Container') && reason !== 'ContainerDied' ? [message] : [],
  );
  expect(told).toEqual([
    'Container default_web_0_r1 created',
    'Container default_web_0_r1 started',
    'Container default_web_0_r2 created',
    'Container default_web_0_r2 started',
    'Container default_web_0_r2 gets traffic',
    'Container default_web_0_r1 gets no new traffic',
    'Container default_web_0_r1 stopped: revision 2 has taken over',
    'Container default_web_0_r1 removed: revision 2 has taken over',
  ]);
});
