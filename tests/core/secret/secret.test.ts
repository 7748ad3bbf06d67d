/** Secrets: sealed for their own name and version, changed only by another value, kept while somebody needs them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeVault } from '../../../adapters/security/vault.ts';
import { createSecret } from '../../../core/secret/create.ts';
import { declareSecret } from '../../../core/secret/declare.ts';
import { deleteSecret } from '../../../core/secret/delete.ts';
import { ownerOf } from '../../../core/secret/secret.ts';
import { aCaller } from '../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../support/command-ports.ts';
import { aSecret } from '../../support/records.ts';

const editor = aCaller('editor');

const put = (world: CommandWorld, id: string, value: string) =>
  declareSecret({ id, declaration: { value } }, editor, world);

const stored = async ({ store }: CommandWorld, id = 'db') => {
  const secret = await store.stores.secrets.find(id);
  if (!secret) throw new Error(`There is no secret ${id}`);
  return secret;
};

describe('a value', () => {
  const vault = makeVault(new Uint8Array(32).fill(7));
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const identity = fc.record({ namespace: label, name: label, version: fc.integer({ min: 1, max: 99 }) });

  it('opens for the name, namespace and version it was sealed for, and for no other', () => {
    fc.assert(
      fc.property(identity, identity, fc.string({ unit: 'grapheme' }), (mine, other, value) => {
        const sealed = vault.seal(value, ownerOf(mine));
        expect(vault.open(sealed, ownerOf(mine))).toBe(value);
        fc.pre(JSON.stringify(mine) !== JSON.stringify(other));
        expect(() => vault.open(sealed, ownerOf(other))).toThrow(/another owner/);
      }),
    );
  });

  it('is not that of a deployment, whatever its id', () => {
    expect(ownerOf(aSecret())).toBe('secret/default/db@1');
  });

  it('is stored sealed only', async () => {
    const world = makeCommandWorld();
    const reply = await createSecret({ name: 'db', value: 'hunter2' }, world);
    const secret = await stored(world);
    expect(JSON.stringify([reply, secret])).not.toContain('hunter2');
    expect(world.vault.open(secret.sealed, ownerOf(secret))).toBe('hunter2');
  });

  it.each(['a\0b', '\ud800', 'x\udfff', '\udc00\ud800'])('cannot be %j', async (value) => {
    const world = makeCommandWorld();
    const refused = { code: 'INVALID_REQUEST', violations: [{ pointer: '/value' }] };
    await expect(createSecret({ name: 'db', value }, world)).rejects.toMatchObject(refused);
    await expect(put(world, 'db', value)).rejects.toMatchObject(refused);
    expect(await world.store.stores.secrets.list([])).toEqual([]);
  });

  it.each(['', ' ', '\n', '\u{1F600}', 'line\r\nline', '€'.repeat(10_000)])('can be %j', async (value) => {
    const world = makeCommandWorld();
    await createSecret({ name: 'db', value }, world);
    const secret = await stored(world);
    expect(world.vault.open(secret.sealed, ownerOf(secret))).toBe(value);
  });
});

describe('a secret', () => {
  it('has a next version for each other value, sealed for it', async () => {
    const world = makeCommandWorld();
    const versions: number[] = [];
    for (const value of ['a', 'a', 'b', 'b', 'a']) {
      versions.push((await put(world, 'db', value)).secret.version);
    }
    expect(versions).toEqual([1, 1, 2, 2, 3]);
    const secret = await stored(world);
    expect(world.vault.open(secret.sealed, 'secret/default/db@3')).toBe('a');
  });

  it('is written anew where its key was lost, though the value be the same', async () => {
    const world = makeCommandWorld();
    await put(world, 'db', 'a');
    world.loseKey();
    expect(await put(world, 'db', 'a')).toMatchObject({ created: false, secret: { version: 2 } });
    expect(await put(world, 'db', 'a')).toMatchObject({ secret: { version: 2 } });
  });

  it('lives in several namespaces under one name, addressed by a body or by a qualified id', async () => {
    const world = makeCommandWorld();
    const declare = async (id: string, namespace: string | undefined, value: string) => {
      const { secret, created } = await declareSecret(
        { id, declaration: { namespace, value } },
        editor,
        world,
      );
      return [created, secret.id, secret.namespace];
    };
    expect(await declare('db', undefined, 'a')).toEqual([true, 'db', 'default']);
    expect(await declare('db', 'staging', 'b')).toEqual([true, 'db.staging', 'staging']);
    expect(await declare('db.staging', undefined, 'c')).toEqual([false, 'db.staging', 'staging']);
    expect(await declare('db.test', 'test', 'd')).toEqual([true, 'db.test', 'test']);
  });

  it.each([
    ['another name', { id: 'db', given: { name: 'other' }, pointer: '/name' }],
    ['another namespace', { id: 'db.default', given: { namespace: 'staging' }, pointer: '/namespace' }],
    ['an id that cannot be one', { id: 'Not_A_Label', given: {}, pointer: '/name' }],
  ])('refuses %s', async (_what, { id, given, pointer }) => {
    const world = makeCommandWorld();
    await put(world, 'db', 'a');
    const declared = declareSecret({ id, declaration: { value: 'b', ...given } }, editor, world);
    await expect(declared).rejects.toMatchObject({ code: 'INVALID_REQUEST', violations: [{ pointer }] });
    expect(await stored(world)).toMatchObject({ version: 1 });
  });

  it('created at once under one name is one, whoever comes second', async () => {
    const world = makeCommandWorld();
    const made = await Promise.allSettled(
      ['a', 'b'].map((value) => createSecret({ name: 'db', value }, world)),
    );
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('that nobody uses is deleted, once', async () => {
    const world = makeCommandWorld();
    await put(world, 'db', 'a');
    expect(await deleteSecret('db.default', world)).toMatchObject({ id: 'db', version: 1 });
    await expect(deleteSecret('db', world)).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' });
  });
});
