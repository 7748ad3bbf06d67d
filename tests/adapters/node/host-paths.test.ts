import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeHostPaths } from '../../../adapters/node/host-paths.ts';

let folder: string;
const paths = makeHostPaths();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-paths-'));
  await mkdir(join(folder, 'roots/app'), { recursive: true });
  await mkdir(join(folder, 'elsewhere'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('follows a link to where it leads', async () => {
  await symlink(join(folder, 'elsewhere'), join(folder, 'roots/app/link'));
  expect(await paths.resolve(join(folder, 'roots/app/link'))).toBe(join(folder, 'elsewhere'));
});

it('follows a link in the parents of a path that does not exist yet', async () => {
  await symlink(join(folder, 'elsewhere'), join(folder, 'roots/app/link'));
  const path = join(folder, 'roots/app/link/not/there');
  expect(await paths.resolve(path)).toBe(join(folder, 'elsewhere/not/there'));
});

it('keeps a path that does not exist, without its dots', async () => {
  expect(await paths.resolve(join(folder, 'roots/none/../new'))).toBe(join(folder, 'roots/new'));
});

it('does not tell where a link to nowhere leads, as its target may be made later', async () => {
  await symlink(join(folder, 'elsewhere/later'), join(folder, 'roots/app/dangling'));
  expect(await paths.resolve(join(folder, 'roots/app/dangling'))).toBeNull();
  expect(await paths.resolve(join(folder, 'roots/app/dangling/below'))).toBeNull();
});

it('does not tell where a circle of links leads', async () => {
  await symlink(join(folder, 'roots/b'), join(folder, 'roots/a'));
  await symlink(join(folder, 'roots/a'), join(folder, 'roots/b'));
  expect(await paths.resolve(join(folder, 'roots/a'))).toBeNull();
});
