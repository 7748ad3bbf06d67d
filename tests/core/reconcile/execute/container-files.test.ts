/** The files of containers through their lives: written when one is made, there whenever it starts, gone with it. */
import { expect, it } from 'vitest';
import { declareConfig } from '../../../../core/config/declare.ts';
import { createSecret } from '../../../../core/secret/create.ts';
import { declareSecret } from '../../../../core/secret/declare.ts';
import { statusOf } from '../../../support/ask-world.ts';
import { aCaller } from '../../../support/builders.ts';
import { makeCommandWorld } from '../../../support/command-ports.ts';
import { makeWorld, type World } from '../../../support/simulation.ts';

const volumes = [
  { type: 'config' as const, source: 'app', key: 'app.conf', destination: '/etc/app.conf' },
  { type: 'secret' as const, source: 'token', destination: '/run/token' },
];
const web = { name: 'web', user: 'app', volumes };

/** The commands on what containers get, on a world's store. */
const inputsOf = (world: World) => {
  const ports = { ...makeCommandWorld(), write: world.store.write, clock: world.clock };
  const caller = aCaller('admin');
  return {
    setConfig: (data: string) => declareConfig({ id: 'app', declaration: { data } }, caller, ports),
    setSecret: (value: string) => declareSecret({ id: 'token', declaration: { value } }, caller, ports),
    addSecret: (value: string) => createSecret({ name: 'token', value }, ports),
  };
};

const worldWithFiles = async () => {
  const world = await makeWorld();
  const inputs = inputsOf(world);
  await inputs.setConfig(JSON.stringify({ 'app.conf': 'level = 1' }));
  await inputs.addSecret('hunter2');
  world.engine.users.set('app', { uid: 1000, gid: 1001 });
  return { world, ...inputs };
};

const config = (content: string) => ({
  destination: '/etc/app.conf',
  content,
  mode: 0o444,
  owner: { uid: 0, gid: 0 },
});
const secret = (content: string) => ({
  destination: '/run/token',
  content,
  mode: 0o400,
  owner: { uid: 1000, gid: 1001 },
});

it('writes the files of an instance, gives its user the secrets, and mounts all of it', async () => {
  const { world } = await worldWithFiles();
  await world.create({ ...web, replicas: 2 });
  expect(await world.converge()).toBe(true);
  expect(world.files.names()).toEqual(['default_web_0_r1', 'default_web_1_r1']);
  expect(world.files.peek('default_web_1_r1')).toEqual([config('level = 1'), secret('hunter2')]);
  const made = world.engine.calls.filter(({ name }) => name === 'create').at(-1);
  expect(made?.args[0]).toMatchObject({
    files: [
      { source: expect.any(String), destination: '/etc/app.conf' },
      { source: expect.any(String), destination: '/run/token' },
    ],
  });
});

it('rolls a change out: the new instance has the new values, the old one its own to its end', async () => {
  const { world, setConfig, setSecret } = await worldWithFiles();
  await world.create(web);
  await world.converge();
  await setConfig(JSON.stringify({ 'app.conf': 'level = 2' }));
  await setSecret('hunter3');
  expect(world.files.peek('default_web_0_r1')).toEqual([config('level = 1'), secret('hunter2')]);
  expect(await world.converge()).toBe(true);
  expect(world.files.names()).toEqual(['default_web_0_r3']);
  expect(world.files.peek('default_web_0_r3')).toEqual([config('level = 2'), secret('hunter3')]);
});

it('leaves an instance what it was made with when it starts again', async () => {
  const { world, setConfig, setSecret } = await worldWithFiles();
  await world.create({ ...web, on_config_change: 'none', on_secret_change: 'none' });
  await world.converge();
  await setConfig(JSON.stringify({ 'app.conf': 'level = 2' }));
  await setSecret('hunter3');
  world.engine.exit('default_web_0_r1', 1);
  expect(await world.converge()).toBe(true);
  expect(world.instances()).toMatchObject([{ state: 'running', containerName: 'default_web_0_r1' }]);
  expect(world.files.peek('default_web_0_r1')).toEqual([config('level = 1'), secret('hunter2')]);
});

it('starts an instance again after a boot of the host, with its secrets written anew', async () => {
  const { world } = await worldWithFiles();
  await world.create(web);
  await world.converge();
  world.files.reboot();
  world.engine.kill('default_web_0_r1');
  expect(world.files.peek('default_web_0_r1')).toEqual([config('level = 1')]);
  expect(await world.converge()).toBe(true);
  expect(world.instances()).toMatchObject([{ state: 'running' }]);
  expect(world.files.peek('default_web_0_r1')).toEqual([config('level = 1'), secret('hunter2')]);
});

it('removes the files with the instance', async () => {
  const { world } = await worldWithFiles();
  await world.create({ ...web, replicas: 2 });
  await world.converge();
  await world.scale('web', 1);
  await world.converge();
  expect(world.files.names()).toEqual(['default_web_0_r1']);
  await world.remove('web');
  await world.converge();
  expect(world.files.names()).toEqual([]);
});

it('sweeps away what is left of instances that never came to be, or that others removed', async () => {
  const { world } = await worldWithFiles();
  await world.create(web);
  await world.converge();
  await world.files.place('default_gone_0_r1', [{ kind: 'secret', destination: '/a', content: 'a' }]);
  world.files.age();
  await world.run(2 * 60_000);
  expect(world.files.names()).toEqual(['default_web_0_r1']);
});

it('says that a config lost the key that an instance is to have, and goes on once it is there', async () => {
  const { world } = await worldWithFiles();
  await world.create({ ...web, replicas: 0 });
  await world.converge();
  const change = (data: string) =>
    world.store.write(async ({ configs }) => {
      const before = await configs.findByName('default', 'app');
      if (before) await configs.update({ ...before, data });
    });
  await change('{}');
  await world.scale('web', 1);
  await world.run(10_000);
  expect(await statusOf(world)).toMatchObject({
    status: 'config_error',
    status_reason: expect.stringContaining('The config app of namespace default has no key "app.conf"'),
  });
  await change(JSON.stringify({ 'app.conf': 'back' }));
  expect(await world.converge()).toBe(true);
  expect(await statusOf(world)).toMatchObject({ status: 'running' });
});

it('says that there is no place for secrets, and goes on once there is one', async () => {
  const { world } = await worldWithFiles();
  world.files.refuseSecrets('No place for secret files');
  await world.create(web);
  await world.run(10_000);
  expect(await statusOf(world)).toMatchObject({
    status: 'file_system_error',
    status_reason: expect.stringContaining('No place for secret files'),
  });
  expect(world.instances()).toEqual([]);
  world.files.refuseSecrets(null);
  expect(await world.converge()).toBe(true);
  expect(await statusOf(world)).toMatchObject({ status: 'running' });
});

it('says that the image has no user of that name, and starts nothing', async () => {
  const { world } = await worldWithFiles();
  await world.create({ ...web, user: 'nobody-knows' });
  await world.run(5_000);
  expect(await statusOf(world)).toMatchObject({
    status: 'config_error',
    status_reason: expect.stringContaining('unable to find user nobody-knows'),
  });
  expect(world.instances()).toMatchObject([{ startedAt: null }]);
});

it('writes the files of each run of a job, and removes them with its containers', async () => {
  const { world, setConfig } = await worldWithFiles();
  await world.create({ name: 'once', user: 'app', volumes, kind: 'job' });
  await world.run(5_000);
  world.engine.exit('default_once_0_r1', 0);
  await world.converge();
  await setConfig(JSON.stringify({ 'app.conf': 'level = 2' }));
  await world.declare('once', { user: 'app', volumes, kind: 'job', image: 'app:2' });
  await world.run(5_000);
  const [, second = ''] = world.files.names();
  expect(world.files.names()).toEqual(['default_once_0_r1', expect.stringMatching(/^default_once_0_r2/)]);
  expect(world.files.peek(second)).toEqual([config('level = 2'), secret('hunter2')]);
  world.engine.exit(second, 0);
  await world.remove('once');
  await world.converge();
  expect(world.files.names()).toEqual([]);
});
