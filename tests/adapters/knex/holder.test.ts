/** Whether the holder of a lease lives: this process does, one that ended does not, of strangers nothing is known. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, test } from 'vitest';
import { isHolderDead, thisHolder } from '../../../adapters/knex/holder.ts';

/** This holder with another process id or start. */
const holderWith = (pid: string, start?: string): string => {
  const [, place, , started] = /^(.*):(\d+):(\d*)$/.exec(thisHolder()) ?? [];
  return `${place}:${pid}:${start ?? started}`;
};

test('this process is alive', () => {
  expect(thisHolder()).toMatch(new RegExp(`:${process.pid}:\\d*$`));
  expect(isHolderDead(thisHolder())).toBe(false);
});

test('a process that ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  expect(isHolderDead(holderWith(String(child.pid)))).toBe(true);
});

test.skipIf(process.platform !== 'linux')('a process that ended but was not reaped is dead', async () => {
  // The shell's child ends at once; what the shell becomes does not wait for it.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [line] = await once(parent.stdout, 'data');
  const pid = String(line).trim();
  await expect.poll(() => isHolderDead(holderWith(pid, '1')), { timeout: 10_000 }).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'close');
});

test.skipIf(process.platform !== 'linux')('a younger process of the same id is not the holder', () => {
  expect(isHolderDead(holderWith(String(process.pid), '1'))).toBe(true);
});

test.each(['elsewhere/boot/pid:[1]:1:1', 'host:1:1', '', 'nonsense', ':::'])(
  'of %j nothing is known, so it counts as alive',
  (holder) => {
    expect(isHolderDead(holder)).toBe(false);
  },
);
