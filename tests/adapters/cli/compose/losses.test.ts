/** What a Compose file says that is easily lost: each is carried over or listed. */
import { expect, it } from 'vitest';
import { type ConvertOptions, convertCompose } from '../../../../adapters/cli/compose/convert.ts';
import { parseEnvFile } from '../../../../adapters/cli/manifest/environment.ts';

const convert = (file: object, readEnvFile: ConvertOptions['readEnvFile'] = () => null) => {
  const options = { project: 'shop', profiles: [], folder: '/srv/shop', home: '/home/me', readEnvFile };
  return convertCompose(file, options);
};

/** The fields of the only service, and the notes without the one that every service gets. */
const service = (fields: object, readEnvFile?: ConvertOptions['readEnvFile']) => {
  const { manifest, notes } = convert({ services: { web: { image: 'nginx', ...fields } } }, readEnvFile);
  const told = notes.filter(({ where }) => where !== 'security_opt');
  return { manifest, told: told.map(({ where, message }) => `${where}: ${message}`) };
};

const check = (fields: object) => service({ healthcheck: { test: ['CMD', 'true'], ...fields } });
const checkIs = (interval: string, timeout: string) => ({
  deployments: { web: { health_checks: [{ interval, timeout }] } },
});

it('writes the times that Compose takes where a health check says nothing', () => {
  const { manifest, told } = check({});
  expect(manifest).toMatchObject(checkIs('30s', '30s'));
  expect(told).toEqual([]);
});

it('keeps the interval of Compose where only a timeout is given', () => {
  const { manifest, told } = check({ timeout: '2s' });
  expect(manifest).toMatchObject(checkIs('30s', '2s'));
  expect(told).toEqual([]);
});

it.each([
  [{ interval: '5s' }, checkIs('5s', '5s'), /timeout is 5s instead of Compose's default of 30s/],
  [{ interval: '5s', timeout: '20s' }, checkIs('20s', '20s'), /interval 5s becomes 20s, the timeout/],
  [{ interval: '100ms', timeout: '500ms' }, checkIs('1s', '500ms'), /interval "100ms" becomes 1s/],
  [{ interval: '20m', timeout: '10m' }, checkIs('1200s', '300s'), /timeout "10m" becomes 300s/],
])('lists how the times of a health check change: %j', (fields, expected, note) => {
  const { manifest, told } = check(fields);
  expect(manifest).toMatchObject(expected);
  expect(told).toEqual([expect.stringMatching(note)]);
});

it('lists what networks say beyond being there', () => {
  const { notes } = convert({
    services: { web: { image: 'nginx' } },
    networks: {
      default: { driver: 'bridge' },
      back: { internal: true, driver: 'macvlan', ipam: { config: [] }, attachable: true },
    },
  });
  const told = notes.filter(({ where }) => where === 'networks.back').map(({ message }) => message);
  expect(told).toEqual([
    expect.stringMatching(/^internal is left out/),
    expect.stringMatching(/^driver macvlan is left out/),
    expect.stringMatching(/^ipam is left out/),
    expect.stringMatching(/^attachable is left out/),
  ]);
  expect(notes.filter(({ where }) => where === 'networks.default')).toEqual([]);
});

it('publishes whole ranges of ports, and lists what is beyond the most that a deployment takes', () => {
  const small = service({ ports: ['3000-3149:4000-4149'] });
  expect(small.manifest.deployments).toMatchObject({ web: { ports: { length: 150 } } });
  expect(small.told).toEqual([]);
  const large = service({ ports: ['3000-3299:4000-4299'] });
  expect(large.manifest.deployments).toMatchObject({ web: { ports: { length: 200 } } });
  expect(large.told).toEqual([expect.stringMatching(/0\.0\.0\.0:3200:4200 and 99 more are left out/)]);
  expect(service({ ports: ['3005-3000:4005-4000'] }).told).toEqual([
    expect.stringContaining('has a range that ends before it begins'),
  ]);
});

it('carries devices over in the long form', () => {
  const devices = [
    '/dev/a:/dev/b',
    { source: '/dev/c', target: '/dev/d', permissions: 'rw' },
    { source: '/dev/e' },
    {},
  ];
  const { manifest, told } = service({ devices });
  expect(manifest).toMatchObject({
    deployments: { web: { devices: ['/dev/a:/dev/b', '/dev/c:/dev/d:rw', '/dev/e:/dev/e'] } },
  });
  expect(told).toEqual([expect.stringMatching(/devices: \{\} is left out/)]);
});

it('lists the lines of an env file that cannot be read, and its values with a dollar', () => {
  const { manifest, told } = service({ env_file: 'web.env' }, () =>
    parseEnvFile('A=1\nno assignment\nB="open\nC=x$A\n'),
  );
  expect(manifest).toMatchObject({ deployments: { web: { environment: { A: '1', C: 'x$$A' } } } });
  expect(told).toEqual([
    'web.env_file: web.env:2 is left out: it must be NAME=value or a comment',
    'web.env_file: web.env:3 is left out: it has a quote that is not closed',
    expect.stringContaining('the 2 values of web.env now stand in the manifest'),
    expect.stringContaining('the $ in C is taken as it is'),
  ]);
});

it('says which services get no-new-privileges, and not of those that decide it', () => {
  const { notes } = convert({
    services: {
      web: { image: 'nginx' },
      db: { image: 'postgres', security_opt: ['no-new-privileges:false'] },
      own: { image: 'own', security_opt: ['no-new-privileges'] },
    },
  });
  expect(notes).toEqual([
    { where: 'security_opt', message: expect.stringMatching(/^web: Ring lets no program/) },
  ]);
});
