/** The endpoints of garbage collection: a look that changes nothing, and a turn that only administrators may ask for. */
import { expect, it } from 'vitest';
import { RingError } from '../../core/errors.ts';
import { onBothTransports } from '../support/transports.ts';

onBothTransports('garbage collection', (open) => {
  const openWithNetwork = async () => {
    const api = await open();
    await api.runtime.ensureNetwork('abandoned');
    return api;
  };
  const network = {
    kind: 'network',
    id: 'abandoned',
    names: [],
    reason: 'no container refers to it, and no deployment is in its namespace',
    bytes: null,
    count: 1,
    due_at: expect.any(String),
  };

  it('shows what would go, and leaves it', async () => {
    const api = await openWithNetwork();
    const { status, body } = await api.call('GET', '/gc', { as: 'viewer' });
    expect([status, body, await api.runtime.networks()]).toEqual([
      200,
      { automatic: true, due: [network], later: [], bytes: 0 },
      ['abandoned'],
    ]);
  });

  it('removes it, says so, and then has nothing to show', async () => {
    const api = await openWithNetwork();
    const { status, body } = await api.call('POST', '/gc', { as: 'admin' });
    expect([status, body]).toEqual([
      200,
      { removed: [network], failed: [], later: [], bytes: 0, duration_ms: expect.any(Number) },
    ]);
    expect(await api.runtime.networks()).toEqual([]);
    expect((await api.call('GET', '/gc')).body).toMatchObject({ due: [] });
  });

  it('is done for administrators only', async () => {
    const api = await openWithNetwork();
    const answers = [
      await api.call('POST', '/gc', { as: 'editor' }),
      await api.call('POST', '/gc', { as: null }),
      await api.call('GET', '/gc', { as: null }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 401, 401]);
    expect(await api.runtime.networks()).toEqual(['abandoned']);
  });

  it('says that the engine does not answer, or that another process is at it', async () => {
    const api = await open();
    api.runtime.down();
    expect(await api.call('GET', '/gc')).toMatchObject({
      status: 503,
      body: { code: 'ENGINE_UNAVAILABLE' },
    });
    const clean = async () => {
      throw new RingError('RECONCILER_BUSY', 'Another process is reconciling right now');
    };
    const busy = await open({ ports: ({ ports }) => ({ gc: { ...ports.gc, clean } }) });
    expect(await busy.call('POST', '/gc', { as: 'admin' })).toMatchObject({
      status: 409,
      body: { code: 'RECONCILER_BUSY' },
    });
  });
});
