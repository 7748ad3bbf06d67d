/** What forces a rollout to stop the old instance first, and what does not. */
import { describe, expect, it } from 'vitest';
import { defaultContainer } from '../../../core/container/options.ts';
import type { DeploymentSpec, Port, Volume } from '../../../core/deployment/spec/spec.ts';
import { defaultUpdate } from '../../../core/deployment/spec/update.ts';
import { forcedStopFirst, orderOf } from '../../../core/deployment/update-order.ts';
import { aSpec } from '../../support/records.ts';

const port: Port = { published: 8080, target: 80, hostIp: '127.0.0.1', protocol: 'tcp' };
const volume: Volume = {
  type: 'volume',
  source: 'data',
  destination: '/data',
  permission: 'rw',
  makeSource: false,
};
const bind: Volume = { ...volume, type: 'bind', source: '/srv/data' };
const onHost: DeploymentSpec['container'] = { ...defaultContainer, networkMode: 'host' };
const ordered = (order: DeploymentSpec['update']['order'], changes: Partial<DeploymentSpec>) =>
  aSpec({ ...changes, update: { ...defaultUpdate, order } });

describe('stop first is forced', () => {
  it.each([
    [{ ports: [port] }, 'its host port 127.0.0.1:8080 can be held by one instance only'],
    [
      { ports: [{ ...port, hostIp: '::1' }], volumes: [volume] },
      'its host port [::1]:8080 can be held by one instance only',
    ],
    [
      { volumes: [{ ...bind, permission: 'ro' as const }, volume] },
      'the volume data is written by one instance only; set update.order to start-first where two may share it',
    ],
    [
      { volumes: [bind] },
      'the host path /srv/data is written by one instance only; set update.order to start-first where two may share it',
    ],
    [
      { container: onHost, volumes: [volume] },
      "on the host's network one instance only can hold a port; set update.order to start-first where two may share it",
    ],
  ])('by %j', (changes, reason) => {
    const spec = aSpec(changes);
    expect([forcedStopFirst(spec, 1), orderOf(spec, 1)]).toEqual([reason, 'stop-first']);
  });

  it('by a port also where start-first was declared', () => {
    const spec = ordered('start-first', { ports: [port] });
    expect([forcedStopFirst(spec, 1), orderOf(spec, 1)]).toEqual([
      'its host port 127.0.0.1:8080 can be held by one instance only',
      'stop-first',
    ]);
  });
});

describe('nothing is forced', () => {
  it.each<[string, DeploymentSpec, number, 'start-first' | 'stop-first']>([
    ['by nothing', aSpec(), 1, 'start-first'],
    [
      'by a volume that is only read',
      aSpec({ volumes: [{ ...volume, permission: 'ro' }] }),
      1,
      'start-first',
    ],
    ['by an anonymous volume', aSpec({ volumes: [{ ...volume, source: '' }] }), 1, 'start-first'],
    ['by memory', aSpec({ volumes: [{ ...volume, type: 'tmpfs', source: '' }] }), 1, 'start-first'],
    ['by a volume that several replicas write already', aSpec({ volumes: [volume] }), 2, 'start-first'],
    [
      'by a volume where start-first was declared',
      ordered('start-first', { volumes: [volume] }),
      1,
      'start-first',
    ],
    [
      "by the host's network that several replicas share already",
      aSpec({ container: onHost }),
      2,
      'start-first',
    ],
    [
      "by the host's network where start-first was declared",
      ordered('start-first', { container: onHost }),
      1,
      'start-first',
    ],
    ['where stop-first was declared', ordered('stop-first', { ports: [port] }), 1, 'stop-first'],
  ])('%s', (...[, spec, replicas, order]) => {
    expect([forcedStopFirst(spec, replicas), orderOf(spec, replicas)]).toEqual([null, order]);
  });
});
