/** `ring import compose` as somebody who moves to Ring calls it, and `ring delete -f` when it was only a try. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/compose');
const stacks = await readdir(fixtures);
let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
  await cp(fixtures, join(world.folder, 'stacks'), { recursive: true });
  await world.ring.call('POST', '/secrets', {
    body: { name: 'cf-api-token', namespace: 'traefik', value: 'secret' },
  });
});
afterAll(() => world.close());

const env = {
  MYSQL_ROOT_PASSWORD: 'secret',
  POSTGRES_PASSWORD: 'secret',
  SMTP_PASSWORD: 'secret',
  TZ: 'UTC',
  BASE_URL: 'https://example.com',
  SECRET_KEY_BASE: 'secret',
  UPLOAD_LOCATION: '/srv/photos',
  DB_PASSWORD: 'secret',
  DB_USERNAME: 'immich',
  DB_DATABASE_NAME: 'immich',
};

describe('ring import compose', () => {
  it.each(stacks)('makes a manifest of %s that a server would take as it is', async (name) => {
    const cwd = join(world.folder, 'stacks', name);
    const made = await world.run(['import', 'compose', 'docker-compose.yml', '-o', 'made.yaml'], { cwd });
    const told = await readFile(join(fixtures, name, 'notes.txt'), 'utf8');
    expect([made.code, made.stdout]).toEqual([0, '']);
    expect(made.stderr.split('\n').filter((line) => line.startsWith('  '))).toHaveLength(
      told.trimEnd().split('\n').length,
    );
    const planned = await world.run(['plan', '-f', 'made.yaml', '-o', 'json'], { cwd, env });
    expect([planned.code, planned.stderr]).toEqual([2, '']);
    expect(JSON.parse(planned.stdout).summary).toMatchObject({ update: 0, delete: 0 });
  });

  it('carries a small stack over that then runs, and delete -f takes it away again', async () => {
    const compose = `name: small
services:
  db:
    image: ring-test:1
    command: sleep 1000
    stop_grace_period: 0s
    volumes: [data:/data]
    healthcheck: {test: ["CMD", "true"], interval: 1s}
  migrate:
    image: ring-test:1
    command: sh -c 'test -n "$$PASSWORD"'
    environment: {PASSWORD: "\${PASSWORD?}"}
    depends_on: {db: {condition: service_healthy}}
  app:
    image: ring-test:\${TAG:-1}
    command: ["sleep", "1000"]
    stop_grace_period: 0s
    secrets: [key]
    depends_on: {migrate: {condition: service_completed_successfully}}
secrets:
  key: {environment: KEY}
volumes: {data: {}}
`;
    const made = await world.run(['import', 'compose', '-'], { input: compose });
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('PASSWORD must be set') });
    await writeFile(join(world.folder, 'small.yaml'), made.stdout);
    const terms = { env: { PASSWORD: 'p', KEY: 'k' } };
    const applied = await world.run(['apply', '-f', 'small.yaml', '--wait'], terms);
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/deployment\/migrate is completed[\s\S]*deployment\/app is running/),
    });
    expect((await world.ring.docker.listVolumes()).Volumes.map(({ Name }) => Name)).toContain('small_data');

    const removed = await world.run(['delete', '-f', 'small.yaml'], terms);
    expect(removed).toEqual({
      code: 0,
      stdout: ['deployment/db', 'deployment/migrate', 'deployment/app', 'secret/key']
        .map((what) => `${what}.small deleted\n`)
        .join(''),
      stderr: '',
    });
    expect(await world.ring.containers()).toEqual([]);
    const again = await world.run(['delete', '-f', 'small.yaml'], terms);
    expect([again.code, again.stdout]).toEqual([0, '']);
    await world.ring.call('DELETE', '/volumes/small_data');
  });

  it('says what is no Compose file, and overwrites nothing', async () => {
    expect(await world.run(['import', 'compose', '-'], { input: 'deployments: {}\n' })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: stdin is not a Compose file: it has no services\n',
    });
    expect(await world.run(['import', 'compose', '-'], { input: 'services: {\n' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ring: stdin:\d+:\d+: /),
    });
    const cwd = join(world.folder, 'stacks/gitea');
    const made = await world.run(['import', 'compose', 'docker-compose.yml', '-o', 'notes.txt'], { cwd });
    expect(made).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ring: notes\.txt is there already/),
    });
  });
});
