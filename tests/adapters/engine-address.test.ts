import { expect, it } from 'vitest';
import { engineAddress } from '../../adapters/engine-address.ts';

const addressOf = (dockerHost: string) =>
  engineAddress({ dockerHost, dockerTlsVerify: false, dockerCertPath: null });

it.each([
  ['unix:///run/docker.sock', { socketPath: '/run/docker.sock' }],
  ['tcp://engine.test', { host: 'engine.test', port: 2375, protocol: 'http' }],
  ['tcp://192.0.2.7:4243', { host: '192.0.2.7', port: 4243, protocol: 'http' }],
  // Without its brackets the client library would take `fd00:` for a scheme.
  ['tcp://[fd00::7]:4243', { host: '[fd00::7]', port: 4243, protocol: 'http' }],
])('%s names an engine', async (dockerHost, address) => {
  expect(await addressOf(dockerHost)).toEqual(address);
});
