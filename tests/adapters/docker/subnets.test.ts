import { describe, expect, it } from 'vitest';
import { makeAddressBook } from '../../../adapters/docker/addresses.ts';
import {
  freeSubnets,
  hostRoutes,
  rangeOf,
  subnetAt,
  subnetOf,
  toAddress,
} from '../../../adapters/docker/subnets.ts';

const ranges = (...subnets: string[]) => subnets.flatMap((subnet) => rangeOf(subnet) ?? []);

describe('subnets', () => {
  it('are shared out: gateway first, ours next, strangers last', () => {
    const { own, ...rest } = subnetAt(rangeOf('10.201.2.0/23')?.first ?? 0);
    expect({ ...rest, first: toAddress(own.first), last: toAddress(own.last) }).toEqual({
      subnet: '10.201.2.0/23',
      gateway: '10.201.2.1',
      strangers: '10.201.3.192/26',
      first: '10.201.2.2',
      last: '10.201.3.191',
    });
  });

  it('skip whatever overlaps one in use', () => {
    const inUse = ranges('10.201.0.0/23', '10.201.2.7/32', '10.0.0.0/12');
    const [first, second] = freeSubnets('10.201.0.0/16', inUse);
    expect([first?.subnet, second?.subnet]).toEqual(['10.201.4.0/23', '10.201.6.0/23']);
    expect([...freeSubnets('10.201.0.0/16', ranges('10.0.0.0/8'))]).toEqual([]);
    expect([...freeSubnets('10.201.0.0/22', [])].map(({ subnet }) => subnet)).toEqual([
      '10.201.0.0/23',
      '10.201.2.0/23',
    ]);
  });

  it('are recognised again, and only those of our form', () => {
    expect(subnetOf('10.201.2.0/23')).toEqual(subnetAt(rangeOf('10.201.2.0/23')?.first ?? 0));
    expect([subnetOf('172.17.0.0/16'), subnetOf('fd00::/64'), subnetOf('')]).toEqual([null, null, null]);
  });

  it('are read from the routes of a host, the default route and the halves of one aside', () => {
    const text = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0',
      'tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0',
      'eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ].join('\n');
    expect(hostRoutes(text)).toEqual(ranges('10.0.0.0/8', '172.17.0.0/16', '192.0.2.0/24'));
  });
});

describe('the book of addresses', () => {
  const own = { first: 10, last: 12 };

  it('gives no address twice, and lets a freed one rest longest', () => {
    const book = makeAddressBook();
    const first = book.reserve('a', own);
    book.release('a', first);
    expect([first, book.reserve('a', own), book.reserve('a', own), book.reserve('a', own)]).toEqual([
      '0.0.0.10',
      '0.0.0.11',
      '0.0.0.12',
      '0.0.0.10',
    ]);
    expect(() => book.reserve('a', own)).toThrow('No address is left');
    expect(book.reserve('b', own)).toBe('0.0.0.10');
  });

  it('believes a list over a settled reservation, but not one that was taken before', () => {
    const book = makeAddressBook();
    const before = book.mark();
    const [one, two] = [book.reserve('a', own), book.reserve('a', own)];
    book.settle('a', one);
    book.learn(before, []);
    expect(book.isPending('a')).toBe(true);
    book.settle('a', two);
    book.learn(book.mark(), [{ namespace: 'a', addresses: [two, '0.0.0.12'] }]);
    expect([book.reserve('a', own), book.isPending('a')]).toEqual([one, true]);
    expect(() => book.reserve('a', own)).toThrow('No address is left');
  });
});
