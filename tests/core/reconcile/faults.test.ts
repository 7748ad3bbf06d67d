/** What a refusal is shown as. */

import { expect, it } from 'vitest';
import { RingError } from '../../../core/errors.ts';
import { faultOf } from '../../../core/reconcile/faults.ts';
import type { Fault } from '../../../core/reconcile/memory.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';

it.each<[string, Error, Fault]>([
  [
    'a lost network as one that the container cannot be started with',
    new RuntimeError('network_gone', 'network 0d3ee719 not found'),
    { status: 'network_error', reason: 'network 0d3ee719 not found', networkLost: true },
  ],
  [
    'a refused start in its network as one that may succeed with the same container',
    new RuntimeError('network', 'endpoint with name web already exists in network ring_default'),
    {
      status: 'network_error',
      reason: 'endpoint with name web already exists in network ring_default',
      joinRefused: true,
    },
  ],
  [
    'a taken port as a fault of the network',
    new RuntimeError('port_taken', 'port 80 is taken'),
    { status: 'network_error', reason: 'port 80 is taken' },
  ],
  [
    'secrets that cannot be opened as a fault of the configuration',
    new RingError('INTERNAL', 'sealed with another key'),
    { status: 'config_error', reason: 'sealed with another key' },
  ],
  [
    'a database that does not answer as no fault of the configuration',
    new RingError('DATABASE_UNAVAILABLE', 'the database does not answer'),
    { status: 'error', reason: 'the database does not answer' },
  ],
  [
    'anything else without its text',
    new TypeError('undefined is not a function'),
    { status: 'error', reason: 'An unexpected error; the log of Ring has the details' },
  ],
])('shows %s', (_, error, fault) => {
  expect(faultOf(error, 'startInstance')).toEqual(fault);
});

it('says nothing of the container where the network itself could not be made', () => {
  expect(faultOf(new RuntimeError('network', 'no address is left'), 'ensureNetwork')).toEqual({
    status: 'network_error',
    reason: 'no address is left',
  });
});
