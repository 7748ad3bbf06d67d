/** The settings: every default, every way to give one, and the one line that each fault gets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSettings, readSettings } from '../../adapters/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'ring-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const defaults = {
  host: '127.0.0.1',
  port: 3030,
  dataDir: resolve('data'),
  databaseUrl: null,
  secretKey: null,
  adminPassword: null,
  tokenTtl: 43_200_000,
  interval: 10_000,
  concurrency: 8,
  gc: 'on',
  gcInterval: 600_000,
  imageGrace: 86_400_000,
  eventsKept: 1000,
  historyAge: 7_776_000_000,
  bindRoots: null,
  revisions: 10,
  requireIfMatch: false,
  networkPool: '10.201.0.0/16',
  runDir: null,
  logLevel: 'info',
  dockerHost: 'unix:///var/run/docker.sock',
  dockerTlsVerify: false,
  dockerCertPath: null,
  dockerConfig: null,
};

it('leaves alone what the command asks a server with', () => {
  const env = { RING_URL: 'http://127.0.0.1:3030', RING_TOKEN: 'x', RING_CONTEXT: 'lab' };
  expect(readSettings({}, env)).toEqual(defaults);
});

it('has a default for everything', () => {
  expect(readSettings({}, {})).toEqual(defaults);
  expect(checkSettings({})).toEqual(defaults);
  expect(checkSettings(readSettings({}, { RING_DATABASE_URL: 'sqlite:x.db' }))).toEqual({
    ...defaults,
    databaseUrl: `sqlite:${resolve('x.db')}`,
  });
});

it('takes an empty variable for none', () => {
  expect(readSettings({}, { RING_PORT: '', RING_CONFIG: '', DOCKER_HOST: '' })).toEqual(defaults);
});

describe('a setting', () => {
  it.each([
    ['RING_HOST', '::1', { host: '::1' }],
    ['RING_PORT', '0', { port: 0 }],
    ['RING_DATA_DIR', '/var/lib/ring', { dataDir: '/var/lib/ring' }],
    ['RING_DATABASE_URL', 'sqlite:/var/lib/x.db', { databaseUrl: 'sqlite:/var/lib/x.db' }],
    ['RING_DATABASE_URL', 'sqlite:///var/lib/x.db', { databaseUrl: 'sqlite:/var/lib/x.db' }],
    ['RING_DATABASE_URL', 'sqlite:x.db', { databaseUrl: `sqlite:${resolve('x.db')}` }],
    ['RING_SECRET_KEY', 'k'.repeat(32), { secretKey: 'k'.repeat(32) }],
    ['RING_ADMIN_PASSWORD', 'swordfish', { adminPassword: 'swordfish' }],
    ['RING_REVISIONS', '3', { revisions: 3 }],
    ['RING_TOKEN_TTL', '90m', { tokenTtl: 5_400_000 }],
    ['RING_INTERVAL', '500ms', { interval: 500 }],
    ['RING_INTERVAL', '2d', { interval: 172_800_000 }],
    ['RING_CONCURRENCY', '2', { concurrency: 2 }],
    ['RING_GC', 'off', { gc: 'off' }],
    ['RING_GC_INTERVAL', '1h', { gcInterval: 3_600_000 }],
    ['RING_IMAGE_GRACE', '0s', { imageGrace: 0 }],
    ['RING_EVENTS_KEPT', '50', { eventsKept: 50 }],
    ['RING_HISTORY_AGE', '7d', { historyAge: 604_800_000 }],
    ['RING_BIND_ROOTS', '/srv, /data/www', { bindRoots: ['/srv', '/data/www'] }],
    ['RING_REQUIRE_IF_MATCH', 'true', { requireIfMatch: true }],
    ['RING_REQUIRE_IF_MATCH', '0', { requireIfMatch: false }],
    ['RING_NETWORK_POOL', '172.30.0.0/20', { networkPool: '172.30.0.0/20' }],
    ['RING_RUN_DIR', '/run/ring', { runDir: '/run/ring' }],
    ['RING_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['DOCKER_HOST', 'tcp://10.0.0.1:2376', { dockerHost: 'tcp://10.0.0.1:2376' }],
    ['DOCKER_TLS_VERIFY', '1', { dockerTlsVerify: true }],
    ['DOCKER_CERT_PATH', '/certs', { dockerCertPath: '/certs' }],
    ['DOCKER_CONFIG', '/config', { dockerConfig: '/config' }],
  ])('%s=%s is read', (name, value, changed) => {
    expect(readSettings({}, { [name]: value })).toEqual({ ...defaults, ...changed });
  });

  it.each([
    ['RING_PROT', '1', 'RING_PROT is not a known setting; did you mean RING_PORT?'],
    ['RING_SOMETHING_ELSE', '1', 'RING_SOMETHING_ELSE is not a known setting'],
    ['RING_PORT', '70000', 'RING_PORT must be a whole number from 0 to 65535, not "70000"'],
    ['RING_PORT', '3030x', 'RING_PORT must be a whole number from 0 to 65535, not "3030x"'],
    ['RING_PORT', '-1', 'RING_PORT must be a whole number from 0 to 65535, not "-1"'],
    ['RING_INTERVAL', '10', expect.stringMatching(/^RING_INTERVAL must be a duration .+, not "10"$/)],
    ['RING_INTERVAL', '1ms', expect.stringMatching(/^RING_INTERVAL must be a duration of at least 100ms/)],
    ['RING_GC', 'no', 'RING_GC must be one of on, off, not "no"'],
    ['RING_EVENTS_KEPT', '1001', 'RING_EVENTS_KEPT must be a whole number from 1 to 1000, not "1001"'],
    ['RING_TOKEN_TTL', '-1h', expect.stringMatching(/^RING_TOKEN_TTL must be a duration/)],
    ['RING_CONCURRENCY', '0', 'RING_CONCURRENCY must be a whole number from 1 to 256, not "0"'],
    ['RING_REQUIRE_IF_MATCH', 'yes', 'RING_REQUIRE_IF_MATCH must be true or false, not "yes"'],
    ['RING_BIND_ROOTS', 'srv', 'RING_BIND_ROOTS must be absolute paths parted by commas, not "srv"'],
    ['RING_NETWORK_POOL', '10.0.0.0', expect.stringMatching(/^RING_NETWORK_POOL must be an IPv4 range/)],
    ['RING_NETWORK_POOL', '10.0.0.0/24', expect.stringMatching(/^RING_NETWORK_POOL must be an IPv4 range/)],
    ['RING_NETWORK_POOL', '10.0.300.0/16', expect.stringMatching(/^RING_NETWORK_POOL must be an IPv4 range/)],
    ['RING_LOG_LEVEL', 'loud', 'RING_LOG_LEVEL must be one of silent, error, warn, info, debug, not "loud"'],
    ['RING_SECRET_KEY', 'short-one', 'RING_SECRET_KEY must have at least 32 characters'],
    ['RING_ADMIN_PASSWORD', 'tiny', 'RING_ADMIN_PASSWORD must have at least 8 characters'],
    ['RING_DATABASE_URL', 'mysql://root:pw@host', 'RING_DATABASE_URL must be sqlite:<path>'],
    [
      'RING_DATABASE_URL',
      'postgres://user:pw@host/db',
      'RING_DATABASE_URL names Postgres, which is not supported yet: use sqlite:<path>, or leave it unset',
    ],
    ['DOCKER_HOST', 'ssh://me@host', expect.stringMatching(/^DOCKER_HOST must be unix:\/\/\/path or tcp:/)],
    ['RING_CONFIG', '/nowhere/ring.json', 'RING_CONFIG: /nowhere/ring.json cannot be read'],
  ])('%s=%s is refused in one line', (name, value, line) => {
    const refused = () => readSettings({}, { [name]: value });
    expect(refused).toThrow(expect.objectContaining({ name: 'SettingsError', message: line }));
    expect(refused).toThrow(expect.objectContaining({ message: expect.not.stringContaining('\n') }));
  });

  it('that is wrong is listed with every other that is', () => {
    expect(() => readSettings({}, { RING_PORT: 'x', RING_HSOT: 'y', RING_CONCURRENCY: 'z' })).toThrow(
      expect.objectContaining({
        message: [
          'RING_HSOT is not a known setting; did you mean RING_HOST?',
          'RING_PORT must be a whole number from 0 to 65535, not "x"',
          'RING_CONCURRENCY must be a whole number from 1 to 256, not "z"',
        ].join('\n'),
      }),
    );
  });

  it('in code is refused by the name it has there', () => {
    const mistyped: object = { dataDri: '/tmp/ring' };
    expect(() => checkSettings(mistyped)).toThrow('dataDri is not a known option; did you mean dataDir?');
    expect(() => checkSettings({ interval: 'soon' })).toThrow(/^interval must be a duration/);
  });
});

describe('the file that RING_CONFIG names', () => {
  const file = (content: string) => {
    const path = join(folder, 'ring.json');
    writeFileSync(path, content);
    return { RING_CONFIG: path };
  };

  it('gives settings that the environment beats, which flags beat', () => {
    const env = { ...file('{"RING_PORT": 1, "RING_HOST": "::1", "RING_CONCURRENCY": 3}'), RING_PORT: '2' };
    expect(readSettings({ port: 3 }, env)).toEqual({ ...defaults, port: 3, host: '::1', concurrency: 3 });
    expect(readSettings({ port: undefined }, env).port).toBe(2);
  });

  it('may hold numbers and lists as such', () => {
    const env = file('{"RING_PORT": 8080, "RING_BIND_ROOTS": ["/srv"], "DOCKER_TLS_VERIFY": true}');
    expect(readSettings({}, env)).toEqual({
      ...defaults,
      port: 8080,
      bindRoots: ['/srv'],
      dockerTlsVerify: true,
    });
  });

  it('is refused with its name where it is no object or holds what is not known', () => {
    const { RING_CONFIG } = file('[]');
    expect(() => readSettings({}, { RING_CONFIG })).toThrow(
      `RING_CONFIG: ${RING_CONFIG} is not a JSON object`,
    );
    expect(() => readSettings({}, file('{"RING_PORTS": 1}'))).toThrow(
      `RING_PORTS is not a known setting in ${RING_CONFIG}; did you mean RING_PORT?`,
    );
    expect(() => readSettings({}, file('{'))).toThrow(`RING_CONFIG: ${RING_CONFIG} is not a JSON object`);
  });
});
