/** What a deployment may ask of the host. */
import { describe, expect, it } from 'vitest';
import { enforcePolicy } from '../../../core/deployment/policy.ts';
import { RingError } from '../../../core/errors.ts';
import { aNormalForm } from '../../support/builders.ts';
import { makeLinkedPaths } from '../../support/command-ports.ts';

interface Given {
  readonly bindRoots: readonly string[] | null;
  readonly role?: 'viewer' | 'editor' | 'admin';
  readonly links?: Readonly<Record<string, string>>;
}

/** Where these volumes are not allowed. */
async function refused(volumes: readonly string[], { bindRoots, role = 'editor', links }: Given) {
  const { spec } = aNormalForm({ volumes: [...volumes] });
  try {
    await enforcePolicy(spec, role, { bindRoots, hostPaths: makeLinkedPaths(links) });
    return [];
  } catch (error) {
    if (!(error instanceof RingError)) throw error;
    expect(error.code).toBe('POLICY_VIOLATION');
    expect(error.message).toMatch(/RING_BIND_ROOTS/);
    return error.violations.map(({ pointer }) => pointer);
  }
}

describe('without roots', () => {
  it('lets administrators bind any path', async () => {
    expect(await refused(['/:/host', '/etc:/e'], { bindRoots: null, role: 'admin' })).toEqual([]);
  });

  it.each(['editor', 'viewer'] as const)(
    'lets a role of %s bind nothing, and names every mount',
    async (role) => {
      expect(await refused(['/srv:/a', 'data:/b', '/etc:/c'], { bindRoots: null, role })).toEqual([
        '/volumes/0',
        '/volumes/2',
      ]);
    },
  );

  it('lets everyone use named volumes, anonymous ones and memory', async () => {
    const { spec } = aNormalForm({
      volumes: ['data:/a', { destination: '/b' }, { type: 'tmpfs', destination: '/c' }],
    });
    const policy = { bindRoots: null, hostPaths: makeLinkedPaths() };
    await expect(enforcePolicy(spec, 'editor', policy)).resolves.toBeUndefined();
  });
});

describe('with roots', () => {
  it.each(['/data/app', '/data/app/../app'.replace('/../app', ''), '//data//app'])(
    'lets everyone bind %s below /data',
    async (source) => {
      expect(await refused([`${source}:/x`], { bindRoots: ['/data'] })).toEqual([]);
    },
  );

  it.each(['/database', '/dat', '/', '/etc', '/data.old/x', '/DATA'])(
    'refuses %s, which only looks alike or is elsewhere',
    async (source) => {
      expect(await refused([`${source}:/x`], { bindRoots: ['/data'] })).toEqual(['/volumes/0']);
    },
  );

  it('binds administrators too', async () => {
    expect(await refused(['/etc:/x'], { bindRoots: ['/data'], role: 'admin' })).toEqual(['/volumes/0']);
  });

  it('takes a root that is written with a slash at its end', async () => {
    expect(await refused(['/data/app:/x'], { bindRoots: ['/data/'] })).toEqual([]);
    expect(await refused(['/database:/x'], { bindRoots: ['/data/'] })).toEqual(['/volumes/0']);
  });

  it('leaves a root itself to administrators', async () => {
    const volumes = ['/data:/x:ro', '/data/:/y:ro', '/link:/z:ro'];
    const given = { bindRoots: ['/data'], links: { '/link': '/data' } };
    expect(await refused(volumes, given)).toEqual(['/volumes/0', '/volumes/1', '/volumes/2']);
    expect(await refused(volumes, { ...given, role: 'admin' })).toEqual([]);
  });

  it('takes / as everything', async () => {
    expect(await refused(['/srv:/x', '/etc:/y'], { bindRoots: ['/'] })).toEqual([]);
  });

  it('allows nothing where there is no root', async () => {
    expect(await refused(['/data:/x'], { bindRoots: [], role: 'admin' })).toEqual(['/volumes/0']);
  });

  it('looks at every root', async () => {
    expect(await refused(['/b/x:/x', '/c:/y'], { bindRoots: ['/a', '/b'] })).toEqual(['/volumes/1']);
  });

  it('refuses a symbolic link that leads out, itself or in a parent', async () => {
    const links = { '/data/link': '/etc' };
    expect(await refused(['/data/link:/x', '/data/link/ssh:/y'], { bindRoots: ['/data'], links })).toEqual([
      '/volumes/0',
      '/volumes/1',
    ]);
  });

  it('takes a symbolic link that leads in', async () => {
    expect(await refused(['/srv/app:/x'], { bindRoots: ['/data'], links: { '/srv': '/data' } })).toEqual([]);
  });

  it('takes a root that is itself a symbolic link', async () => {
    expect(
      await refused(['/data/app:/x'], { bindRoots: ['/data'], links: { '/data': '/mnt/disk' } }),
    ).toEqual([]);
  });
});

it('does not let anyone bind a path of which nobody can tell where it leads', async () => {
  const { spec } = aNormalForm({ volumes: ['/srv/app/loop:/a'] });
  const hostPaths = { resolve: async (path: string) => (path === '/srv' ? path : null) };
  await expect(enforcePolicy(spec, 'admin', { bindRoots: ['/srv'], hostPaths })).rejects.toMatchObject({
    code: 'POLICY_VIOLATION',
    violations: [{ pointer: '/volumes/0' }],
  });
});
