import { describe, expect, it } from 'vitest';
import { createConfig } from '../../../core/config/create.ts';
import { declareConfig } from '../../../core/config/declare.ts';
import { deleteConfig } from '../../../core/config/delete.ts';
import { findConfig } from '../../../core/config/read.ts';
import { aCaller } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';

const makeWorld = () => {
  const world = makeCommandWorld();
  return { ...world, configs: world.store.stores.configs };
};

describe('configs', () => {
  it('are found by id and by qualified name', async () => {
    const world = makeWorld();
    const { id } = await createConfig({ name: 'app', namespace: 'production', data: 'a' }, world);
    const found = await findConfig('app.production', world.configs);
    expect([id, found]).toEqual(['app', await findConfig('app', world.configs)]);
  });

  it('with the same name live in several namespaces, addressed by a body or by a qualified id', async () => {
    const world = makeWorld();
    const declare = async (id: string, namespace: string | undefined, data: string) => {
      const { config, created } = await declareConfig(
        { id, declaration: { namespace, data } },
        aCaller(),
        world,
      );
      return [created, config.id, config.namespace];
    };
    expect(await declare('app', undefined, 'a')).toEqual([true, 'app', 'default']);
    expect(await declare('app', 'staging', 'b')).toEqual([true, 'app.staging', 'staging']);
    expect(await declare('app.staging', undefined, 'c')).toEqual([false, 'app.staging', 'staging']);
    expect(await declare('app.test', 'test', 'd')).toEqual([true, 'app.test', 'test']);
    expect((await world.configs.list([])).map(({ id, data }) => [id, data])).toEqual([
      ['app', 'a'],
      ['app.staging', 'c'],
      ['app.test', 'd'],
    ]);
  });

  it('created at once under one name leave one, whoever comes second', async () => {
    const world = makeWorld();
    const made = await Promise.allSettled(
      ['a', 'b', 'c'].map((data) => createConfig({ name: 'app', data }, world)),
    );
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const one of made)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFIG_EXISTS' });
  });

  it('give their id free when they are deleted', async () => {
    const world = makeWorld();
    await createConfig({ name: 'app', namespace: 'production', data: 'a' }, world);
    expect(await deleteConfig('app.production', world)).toMatchObject({ id: 'app', data: 'a' });
    await expect(deleteConfig('app', world)).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    expect(await createConfig({ name: 'app', namespace: 'staging', data: 'b' }, world)).toMatchObject({
      id: 'app',
    });
  });
});
