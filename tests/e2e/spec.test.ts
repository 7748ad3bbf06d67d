/** What a deployment asks for, seen from within its container, over its ports and in what the engine says of it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import { freePort } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let image = '';
let folder = '';

beforeAll(async () => {
  image = await ensureTestImage();
  folder = await mkdtemp(join(tmpdir(), 'ring-spec-'));
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A token of a new user. */
const tokenOf = async (username: string, role: 'viewer' | 'editor'): Promise<string> => {
  const credentials = { username, password: 'a long password' };
  await ring.call('POST', '/users', { body: { ...credentials, role } });
  return (await ring.call('POST', '/login', { token: null, body: credentials })).body.token ?? 'none';
};

/** Runs a worker; what is shown of it, what the engine says of its container, and a shell within. */
const run = async (name: string, spec: Partial<DeploymentDeclaration>) => {
  await ring.declare(name, { image, namespace: 'spec', ...spec });
  const shown = await ring.untilStatus(name, 'running');
  const [id = ''] = shown.instances;
  const inspected = await ring.docker.getContainer(id).inspect();
  const shell = (script: string) => inside(ring.docker, id, ['sh', '-c', script]);
  return { id, shown, inspected, shell };
};

/** Runs a job to its end; the lines it wrote, without their times. */
const linesOf = async (name: string, spec: Partial<DeploymentDeclaration>): Promise<string[]> => {
  await ring.declare(name, { kind: 'job', image, namespace: 'spec', ...spec });
  await ring.untilStatus(name, 'completed');
  const { body } = await ring.call('GET', `/deployments/${name}/logs`);
  return body.map(({ message }: { message: string }) => message.replace(/^\S+ /, ''));
};

test.concurrent('command, entrypoint, user, workdir and environment are in effect', async () => {
  const script = 'echo "$0 $1 $2"; id -u; pwd; echo "$SHOWN"; echo "$VERSION"';
  const lines = await linesOf('process', {
    entrypoint: ['sh', '-c', script],
    command: ['zero', 'one two', '$three'],
    user: 'nobody',
    workdir: '/tmp',
    secrets: { SHOWN: 'a "b" $c\'d=e', VERSION: 'mine' },
  });
  expect(lines).toEqual(['zero one two $three', '65534', '/tmp', 'a "b" $c\'d=e', 'mine']);
  expect(
    await linesOf('by-environment', { command: ['sh', '-c', 'echo $X'], environment: { X: 'y' } }),
  ).toEqual(['y']);
  expect(await linesOf('by-command', { command: ['echo', 'hello'] })).toEqual(['hello']);
});

test.concurrent('labels are passed on beside those of Ring', async () => {
  const { inspected } = await run('labelled', { labels: { app: 'nginx', 'com.example/x': 'y z' } });
  expect(inspected.Config.Labels).toMatchObject({
    app: 'nginx',
    'com.example/x': 'y z',
    'ring.instance': ring.installationId,
    'ring.deployment': 'labelled',
    'ring.namespace': 'spec',
    'ring.slot': '0',
    'ring.revision': '1',
  });
});

test.concurrent('volumes in both forms are there: binds, named ones and tmpfs, to write or to read only', async () => {
  const named = `ring-spec-${randomUUID()}`;
  await writeFile(join(folder, 'from-host'), 'hello from the host');
  const { shown, shell } = await run('mounted', {
    volumes: [
      `${folder}:/by-text`,
      `${folder}:/by-text-ro:ro`,
      { type: 'bind', source: folder, destination: '/by-object', permission: 'ro' },
      `${named}:/named`,
      { type: 'volume', source: named, destination: '/named-too' },
      { type: 'tmpfs', destination: '/in-memory' },
    ],
  });
  expect(await shell('cat /by-text/from-host')).toBe('hello from the host');
  expect(await shell('cat /by-object/from-host')).toBe('hello from the host');
  await shell('echo hello from within > /by-text/from-within');
  expect(await readFile(join(folder, 'from-within'), 'utf8')).toBe('hello from within\n');
  for (const place of ['by-text-ro', 'by-object']) {
    expect(await shell(`echo no > /${place}/x`)).toMatch(/read-only/i);
  }
  expect(await shell('echo kept > /named/x; cat /named-too/x')).toBe('kept');
  expect(await shell('grep " /in-memory " /proc/mounts')).toMatch(/^tmpfs /);
  expect(JSON.parse(shown.volumes)).toEqual(shown.mounts);
  expect(shown.mounts).toHaveLength(6);
  expect(shown.mounts[2]).toEqual({
    type: 'bind',
    source: folder,
    destination: '/by-object',
    permission: 'ro',
  });
});

test.concurrent('ports in both forms answer on this machine', async () => {
  const [byText, byObject, byAddress] = [await freePort(), await freePort(), await freePort()];
  const { shown } = await run('published', {
    secrets: { PORT: '8080' },
    ports: [`${byText}:8080`, { published: byObject, target: 8080 }, `127.0.0.2:${byAddress}:8080/tcp`],
  });
  for (const at of [`127.0.0.1:${byText}`, `127.0.0.1:${byObject}`, `127.0.0.2:${byAddress}`]) {
    const page = await fetch(`http://${at}/`);
    expect(await page.text()).toContain('Hello from');
  }
  expect(shown.ports).toEqual([
    { published: byText, target: 8080, host_ip: '127.0.0.1', protocol: 'tcp' },
    { published: byObject, target: 8080, host_ip: '127.0.0.1', protocol: 'tcp' },
    { published: byAddress, target: 8080, host_ip: '127.0.0.2', protocol: 'tcp' },
  ]);
});

test.concurrent('limits, restarts and the way to stop are what the engine is told', async () => {
  const { inspected, shell } = await run('bounded', {
    resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { memory: '32Mi' } },
    restart_policy: 'on-failure',
    stop_signal: 'SIGINT',
    stop_grace: '7s',
  });
  expect(inspected.HostConfig).toMatchObject({
    NanoCpus: 500_000_000,
    Memory: 64 * 1024 * 1024,
    MemoryReservation: 32 * 1024 * 1024,
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 },
    SecurityOpt: ['no-new-privileges'],
    LogConfig: { Config: { 'max-size': '10m', 'max-file': '3' } },
    Privileged: false,
  });
  expect(inspected.Config).toMatchObject({ StopSignal: 'SIGINT', StopTimeout: 7 });
  expect(await shell('grep NoNewPrivs /proc/1/status')).toMatch(/1$/);
  const always = await run('kept-up', { restart_policy: 'always' });
  expect(always.inspected.HostConfig.RestartPolicy).toMatchObject({ Name: 'unless-stopped' });
  const never = await run('left-alone', { restart_policy: 'never' });
  expect(never.inspected.HostConfig.RestartPolicy?.Name).toMatch(/^(no)?$/);
});

test.concurrent('a retired container gets its stop signal, and is killed once the grace is over', async () => {
  const told = `trap 'echo told >> /seen/told; exit 0' USR1; while :; do sleep 0.1; done`;
  const volumes = [`${folder}:/seen`];
  const { id } = await run('told', { command: ['sh', '-c', told], stop_signal: 'USR1', volumes });
  await ring.call('DELETE', '/deployments/told');
  await ring.untilGone('told');
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe('told\n');
  await expect(ring.docker.getContainer(id).inspect()).rejects.toThrow(/no such container/i);

  await run('deaf', { command: ['sh', '-c', 'trap "" TERM; sleep 1000'], stop_grace: '1s' });
  await ring.call('DELETE', '/deployments/deaf');
  await ring.untilGone('deaf');
});

test.concurrent('containers of a namespace find each other by name, and those of another do not', async () => {
  await run('front', {});
  await ring.declare('stranger', { image, namespace: 'elsewhere' });
  const stranger = (await ring.untilStatus('stranger', 'running')).instances[0] ?? '';
  const { shell } = await run('asking', {});
  for (const name of ['front', 'front.spec']) {
    expect(await shell(`wget -q -O - http://${name}/`)).toContain('Hello from');
  }
  expect(
    await inside(ring.docker, stranger, ['sh', '-c', 'timeout 2 wget -q -O - http://front/ || echo none']),
  ).toMatch(/none$/);
});

test.concurrent('registry credentials and secrets are kept, and never told to whoever may not know', async () => {
  const secrets = { TOKEN: 'the-secret-of-secrets' };
  const registry_credentials = { username: 'puller', password: 'the-registry-password', server: 'r.example' };
  await run('confidential', { secrets, registry_credentials });
  const token = await tokenOf('reader', 'viewer');
  const masked = await ring.call('GET', '/deployments/confidential', { token });
  expect(masked).toMatchObject({ status: 200, body: { secrets: { TOKEN: '***' } } });
  expect((await ring.read('confidential')).secrets).toEqual(secrets);
  const told = [
    await ring.call('GET', '/deployments'),
    await ring.call('GET', '/deployments/confidential'),
    await ring.call('PATCH', '/deployments/confidential', { body: { replicas: 1 } }),
    await ring.call('GET', '/deployments/confidential/events'),
    masked,
  ].map(({ body }) => JSON.stringify(body));
  expect(told.join()).not.toContain('the-registry-password');
  expect(`${told[0]}${told[3]}${told[4]}${ring.serving().said()}`).not.toContain('the-secret-of-secrets');
  const stored = await readFile(join(ring.dataDir, 'ring.db'));
  const log = await readFile(join(ring.dataDir, 'ring.db-wal')).catch(() => Buffer.alloc(0));
  expect(Buffer.concat([stored, log]).toString('latin1')).not.toMatch(
    /the-registry-password|the-secret-of-secrets/,
  );
});

test('a viewer reads and changes nothing; an editor binds no path of the host', async () => {
  const token = await tokenOf('writer', 'editor');
  const bound = { name: 'bound', image, volumes: ['/etc:/host-etc'] };
  expect(await ring.call('POST', '/deployments', { token, body: bound })).toMatchObject({
    status: 403,
    body: { code: 'POLICY_VIOLATION', error: expect.stringContaining('RING_BIND_ROOTS') },
  });
  const viewer = await tokenOf('watcher', 'viewer');
  const body = { name: 'unwanted', image };
  expect(await ring.call('POST', '/deployments', { token: viewer, body })).toMatchObject({ status: 403 });
  expect(await ring.call('GET', '/deployments/unwanted')).toMatchObject({ status: 404 });
});
