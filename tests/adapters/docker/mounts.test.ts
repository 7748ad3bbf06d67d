/** The mounts of a container: what the engine mounts by itself, and the files that Ring writes. */
import { expect, it } from 'vitest';
import { mountsOf } from '../../../adapters/docker/mounts.ts';

it('mounts the files of configs and secrets read-only, and looks for no volume of their names', () => {
  const volume = { permission: 'ro', makeSource: false } as const;
  const volumes = [
    { ...volume, type: 'config', source: 'app', destination: '/etc/app.conf' },
    { ...volume, type: 'volume', source: 'data', destination: '/data' },
    { ...volume, type: 'secret', source: 'token', destination: '/token' },
  ] as const;
  const files = [
    { source: '/ring/files/1', destination: '/etc/app.conf' },
    { source: '/run/ring/1', destination: '/token' },
  ];
  expect(mountsOf({ volumes, files, labels: {} })).toEqual({
    Binds: [],
    Mounts: [
      expect.objectContaining({ Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true }),
      { Type: 'bind', Source: '/ring/files/1', Target: '/etc/app.conf', ReadOnly: true },
      { Type: 'bind', Source: '/run/ring/1', Target: '/token', ReadOnly: true },
    ],
  });
});
