/** Of every Runtime: who a container's process is, by number, and the files that are mounted for it. */
import { describe, expect, it } from 'vitest';
import { aSpec } from '../support/records.ts';
import { kindOf, type Situation } from './runtime-world.ts';

/** Registers the cases. The image knows `nobody`, whose numbers are 65534. */
export const userContract = (situation: () => Situation): void => {
  describe('the user of a container', () => {
    it.each([
      [null, { uid: 0, gid: 0 }],
      ['1234', { uid: 1234, gid: 0 }],
      ['1234:99', { uid: 1234, gid: 99 }],
      ['nobody', { uid: 65534, gid: 65534 }],
      ['nobody:99', { uid: 65534, gid: 99 }],
    ])('%j is known by number before its first start', async (user, owner) => {
      const { runtime, request, world } = situation();
      const spec = aSpec({ command: world.command, restartPolicy: 'never', stopGraceMs: 1000, user });
      const id = await runtime.create(request({ spec }));
      expect(await runtime.userOf(id)).toEqual(owner);
      expect(await runtime.userOf(request().containerName)).toEqual(owner);
    });

    it('is known while it runs', async () => {
      const { runtime, run, world } = situation();
      const id = await run({ spec: aSpec({ command: world.command, stopGraceMs: 1000, user: 'nobody' }) });
      expect(await runtime.userOf(id)).toEqual({ uid: 65534, gid: 65534 });
    });

    it('is nobody of a name that the image does not know, and of a container that is not there', async () => {
      const { runtime, request } = situation();
      const id = await runtime.create(request({ spec: aSpec({ user: 'no-such-user' }) }));
      expect([await kindOf(runtime.userOf(id)), await kindOf(runtime.userOf('f'.repeat(64)))]).toEqual([
        'config',
        'missing',
      ]);
    });
  });

  it('says that a file to be mounted is missing', async () => {
    const { runtime, request, world } = situation();
    const files = [{ source: world.missingPath, destination: '/etc/app.conf' }];
    expect(await kindOf(runtime.create(request({ files })))).toBe('file_system');
    expect(await runtime.observe()).toEqual([]);
  });
};
