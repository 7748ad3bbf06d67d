import { describe, expect, it } from 'vitest';
import { makeNetworkNews, type NetworkEvent } from '../../../adapters/docker/network-news.ts';
import type { RuntimeEvent } from '../../../core/runtime.ts';
import { anInstance } from '../../support/subjects.ts';

const { identity } = anInstance();

/** A judge that has seen a running container `up`, a stopped one `down`, both of network `n1`. */
const aJudge = () => {
  const seen = new Map([
    ['up', anInstance({ id: 'up' })],
    ['down', anInstance({ id: 'down', state: 'exited' })],
  ]);
  let now = 0;
  const news = makeNetworkNews({
    last: (id) => seen.get(id),
    within: (networkId) => (networkId === 'n1' ? [...seen.values()] : []),
    monotonicMs: () => now,
  });
  const tell = (action: NetworkEvent['action'], containerId: string | null, networkId = 'n1') =>
    news.concerning({ action, containerId, networkId, at: 5 }).map(({ instanceId }) => instanceId);
  const happens = (action: RuntimeEvent['action'], instanceId: string) =>
    news.note({ action, instanceId, identity, exitCode: null, at: 1 });
  return { news, tell, happens, pass: (ms: number) => (now += ms) };
};

describe('an event of a network', () => {
  it('is news where it moves a running container of this installation, and says what happened to whom', () => {
    const { news, tell } = aJudge();
    expect([tell('disconnect', 'up'), tell('connect', 'up'), tell('disconnect', 'stranger')]).toEqual([
      ['up'],
      ['up'],
      [],
    ]);
    expect(news.concerning({ action: 'connect', containerId: 'up', networkId: 'n1', at: 5 })).toEqual([
      { instanceId: 'up', identity, action: 'network', exitCode: null, at: 5 },
    ]);
  });

  it('is none where it belongs to a start or an end', () => {
    const { tell, happens } = aJudge();
    const first = tell('connect', 'down');
    happens('die', 'up');
    const meanwhile = [...tell('disconnect', 'up'), ...tell('connect', 'up')];
    happens('start', 'up');
    expect([first, meanwhile, tell('disconnect', 'up')]).toEqual([[], [], ['up']]);
  });

  it('is news again where the start may have been missed', () => {
    const { news, tell, happens } = aJudge();
    happens('die', 'up');
    news.forget();
    expect(tell('disconnect', 'up')).toEqual(['up']);
  });

  it('is none where Ring did it itself, and a moment longer', () => {
    const { news, tell, pass } = aJudge();
    const end = news.rejoining('up');
    pass(60_000);
    const during = tell('disconnect', 'up');
    end(true);
    pass(999);
    const soonAfter = tell('connect', 'up');
    pass(1);
    expect([during, soonAfter, tell('disconnect', 'up')]).toEqual([[], [], ['up']]);
    news.rejoining('up')(false);
    expect(tell('disconnect', 'up')).toEqual(['up']);
  });

  it('concerns everyone of a network that is gone', () => {
    const { tell } = aJudge();
    expect([tell('destroy', null), tell('destroy', null, 'n2')]).toEqual([['up', 'down'], []]);
  });
});
