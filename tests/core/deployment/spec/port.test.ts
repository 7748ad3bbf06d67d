/** Published ports in both forms. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePort, portDraft, portsClash } from '../../../../core/deployment/spec/port.ts';
import type { Port } from '../../../../core/deployment/spec/spec.ts';

const web: Port = { published: 8080, target: 80, hostIp: '127.0.0.1', protocol: 'tcp' };

describe('as text', () => {
  it.each([
    ['8080:80', web],
    ['8080:80/tcp', web],
    ['127.0.0.1:8080:80/udp', { ...web, protocol: 'udp' }],
    ['0.0.0.0:8080:80', { ...web, hostIp: '0.0.0.0' }],
    ['[::1]:8080:80', { ...web, hostIp: '::1' }],
    ['[2001:DB8::1]:8080:80/udp', { ...web, hostIp: '2001:db8::1', protocol: 'udp' }],
    ['1:65535', { ...web, published: 1, target: 65535 }],
  ])('reads %j', (text, port) => {
    expect(parsePort(text)).toEqual(port);
  });

  it.each([
    '',
    '80',
    ':80',
    '80:',
    '0:80',
    '80:0',
    '65536:80',
    '80:65536',
    '-1:80',
    '8080:80/sctp',
    '8080:80/',
    '8080-8081:80-81',
    '256.0.0.1:80:80',
    '1.2.3:80:80',
    '010.0.0.1:80:80',
    '::1:8080:80',
    '[::1:8080:80',
    '[:::::]:8080:80',
    '[a:b]:8080:80',
    'localhost:80:80',
    ' 80:80',
    '80:80\n',
  ])('refuses %j', (text) => {
    expect(parsePort(text)).toEqual({ field: '', message: expect.any(String) });
  });
});

describe('as an object', () => {
  it.each([
    [{ published: 8080, target: 80 }, web],
    [
      { published: 8080, target: 80, host_ip: '::', protocol: 'udp' },
      { ...web, hostIp: '::', protocol: 'udp' },
    ],
    [
      { published: 8080, target: 80, host_ip: 'FE80::1' },
      { ...web, hostIp: 'fe80::1' },
    ],
  ] as const)('reads %j', (draft, port) => {
    expect(parsePort(draft)).toEqual(port);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '300.1.1.1',
    '::::',
    'a:b',
    '1::2::3',
    '[::1]',
    'fe80::1%eth0',
  ])('refuses the address %j and says where', (address) => {
    expect(parsePort({ published: 1, target: 1, host_ip: address })).toEqual({
      field: '/host_ip',
      message: 'must be an IPv4 or IPv6 address',
    });
  });
});

const portNumber = fc.integer({ min: 1, max: 65535 });
const plainIpV6 = fc.ipV6().filter((text) => !text.includes('.'));
const address = fc.oneof(fc.ipV4(), plainIpV6, fc.constantFrom('0.0.0.0', '::', '127.0.0.1'));
const protocol = fc.constantFrom('tcp' as const, 'udp' as const);
const ports = fc.record({ published: portNumber, target: portNumber, host_ip: address, protocol });

it('gives both forms the same normal form, and reads what it wrote as the same', () => {
  fc.assert(
    fc.property(ports, (draft) => {
      const { published, target, host_ip, protocol } = draft;
      const host = host_ip.includes(':') ? `[${host_ip}]` : host_ip;
      const port = parsePort(draft);
      expect(parsePort(`${host}:${published}:${target}/${protocol}`)).toEqual(port);
      expect('field' in port ? port : parsePort(portDraft(port))).toEqual(port);
      expect(port).toEqual({ published, target, hostIp: host_ip.toLowerCase(), protocol });
    }),
    { numRuns: 500 },
  );
});

it('never throws, whatever the text', () => {
  fc.assert(fc.property(fc.string(), (text) => void parsePort(text)));
});

describe('two ports', () => {
  it.each<[string, Partial<Port>, boolean]>([
    ['the same address', {}, true],
    ['another target', { target: 81 }, true],
    ['every IPv4 address', { hostIp: '0.0.0.0' }, true],
    ['another address', { hostIp: '127.0.0.2' }, false],
    ['every IPv6 address', { hostIp: '::' }, false],
    ['another host port', { published: 8081 }, false],
    ['the other protocol', { protocol: 'udp' }, false],
  ])('of which one has %s clash: %j', (_, changes, clash) => {
    expect([portsClash(web, { ...web, ...changes }), portsClash({ ...web, ...changes }, web)]).toEqual([
      clash,
      clash,
    ]);
  });

  it('clash on one IPv6 address and on every one', () => {
    expect(portsClash({ ...web, hostIp: '::1' }, { ...web, hostIp: '::' })).toBe(true);
  });

  it('share a number on every IPv4 and on every IPv6 address', () => {
    expect(portsClash({ ...web, hostIp: '0.0.0.0' }, { ...web, hostIp: '::' })).toBe(false);
  });
});
