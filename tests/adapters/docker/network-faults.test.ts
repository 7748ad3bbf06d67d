/** A start refused because the network is gone is told apart from one refused its place in a network that is there. */
import { expect, it } from 'vitest';
import { kindOf } from '../../../adapters/docker/faults.ts';

it.each(['network 0d3ee719 not found', 'failed to set up container networking: network 0d3ee719 not found'])(
  'finds the network gone: %s',
  (message) => {
    expect(kindOf('start', 404, message)).toBe('network_gone');
  },
);

it.each([
  'endpoint with name web already exists in network ring_default',
  'failed to set up container networking: Address already in use',
  'network sandbox for container 0d3ee719: no available IPv4 addresses',
])('finds only the place refused: %s', (message) => {
  expect(kindOf('start', 403, message)).toBe('network');
});
