/**
 * Detects nested binds. A container that can write to the outer path can replace the inner one by a symbolic link after
 * it was checked, and the next container would mount its target. So only administrators may declare such a pair,
 * whether in one deployment or in two.
 */
import type { Violation } from '../errors.ts';
import type { Declared, HostPaths } from '../ports.ts';
import type { DeploymentSpec } from './spec/spec.ts';

/** A bind, its resolved path, and its name in messages. */
interface Bind {
  readonly index: number;
  readonly resolved: string;
  readonly isWritable: boolean;
  readonly name: string;
}

type Volumes = Pick<DeploymentSpec, 'volumes'>;

/** Returns one violation for each bind of a spec that is nested with an earlier one of it. */
export async function nestedWithin(spec: Volumes, hostPaths: HostPaths): Promise<readonly Violation[]> {
  const binds = await bindsOf(spec, hostPaths);
  return binds.flatMap((bind, at) => violationOf(bind, binds.slice(0, at)));
}

/** Returns one violation for each bind of a spec that is nested with one of another deployment. */
export async function nestedBeside(
  spec: Volumes,
  others: readonly Declared[],
  hostPaths: HostPaths,
): Promise<readonly Violation[]> {
  const binds = await bindsOf(spec, hostPaths);
  if (binds.length === 0) return [];
  const theirs = await Promise.all(
    others.map((other) => bindsOf(other.spec, hostPaths, ` of deployment ${other.record.id}`)),
  );
  return binds.flatMap((bind) => violationOf(bind, theirs.flat()));
}

async function bindsOf({ volumes }: Volumes, hostPaths: HostPaths, whose = ''): Promise<readonly Bind[]> {
  const binds = volumes.map(async ({ type, source, permission }, index): Promise<readonly Bind[]> => {
    if (type !== 'bind') return [];
    const resolved = (await hostPaths.resolve(source)) ?? source;
    return [{ index, resolved, isWritable: permission === 'rw', name: `${source}${whose}` }];
  });
  return (await Promise.all(binds)).flat();
}

function violationOf(bind: Bind, others: readonly Bind[]): readonly Violation[] {
  for (const other of others) {
    const [outer, inner] = bind.resolved.length < other.resolved.length ? [bind, other] : [other, bind];
    if (!outer.isWritable || !isWithin(inner.resolved, outer.resolved)) continue;
    const why = `the host path ${inner.name} lies within ${outer.name}, which a container may write to`;
    const message = `${why}: with RING_BIND_ROOTS such a pair is reserved for administrators; bind paths that lie side by side, or the outer one read-only`;
    return [{ pointer: `/volumes/${bind.index}`, message }];
  }
  return [];
}

const isWithin = (inner: string, outer: string): boolean =>
  inner !== outer && inner.startsWith(outer === '/' ? '/' : `${outer}/`);
