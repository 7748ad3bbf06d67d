/** The terms of a rollout: what is taken, what is refused and where, and that PATCH merges into them. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { normalize } from '../../../../core/deployment/spec/normalize.ts';
import { defaultUpdate } from '../../../../core/deployment/spec/update.ts';
import { RingError, type Violation } from '../../../../core/errors.ts';
import { validate } from '../../../../core/validate.ts';
import { aCaller, aDraft, aNormalForm } from '../../../support/builders.ts';
import { makeCommandWorld } from '../../../support/command-ports.ts';

const admin = aCaller('admin');

/** What is wrong with a draft from the wire. */
function faultsOf(changes: object): readonly Violation[] {
  const sent = validate(DeploymentDraft, JSON.parse(JSON.stringify({ ...aDraft(), ...changes })));
  if (sent.violations) return sent.violations;
  try {
    normalize(sent.output);
    return [];
  } catch (error) {
    if (!(error instanceof RingError)) throw error;
    expect(error.code).toBe('INVALID_REQUEST');
    return error.violations;
  }
}

const updateOf = (update: DeploymentDraft['update']) => aNormalForm({ update }).spec.update;

describe('the normal form', () => {
  it('has the defaults where nothing is said', () => {
    expect([updateOf(undefined), updateOf({})]).toEqual([defaultUpdate, defaultUpdate]);
  });

  it('has all that is said, in milliseconds', () => {
    const update = {
      order: 'stop-first',
      parallelism: 2,
      max_surge: 3,
      min_healthy_time: '1m',
      drain_delay: 0.5,
      deadline: '1h',
      on_failure: 'pause',
    } as const;
    expect(updateOf(update)).toEqual({
      order: 'stop-first',
      parallelism: 2,
      maxSurge: 3,
      minHealthyMs: 60_000,
      drainDelayMs: 500,
      deadlineMs: 3_600_000,
      onFailure: 'pause',
    });
  });

  it.each([
    [{ min_healthy_time: 0, drain_delay: 0, deadline: 1 }],
    [{ min_healthy_time: '1h', drain_delay: '10m', deadline: '24h', parallelism: 1000, max_surge: 1000 }],
  ])('reaches its bounds: %j', (update) => {
    expect(faultsOf({ update })).toEqual([]);
  });
});

describe('what is wrong', () => {
  it.each<[object, readonly string[]]>([
    [{ update: null }, ['/update']],
    [{ update: [] }, ['/update']],
    [{ update: { speed: 'fast' } }, ['/update/speed']],
    [
      { update: { order: 'any', on_failure: 'retry', parallelism: 0, max_surge: 1001 } },
      ['/update/order', '/update/parallelism', '/update/max_surge', '/update/on_failure'],
    ],
    [{ update: { parallelism: 1.5, max_surge: '1' } }, ['/update/parallelism', '/update/max_surge']],
    [{ update: { min_healthy_time: true } }, ['/update/min_healthy_time']],
    [
      { update: { min_healthy_time: '61m', drain_delay: '601s', deadline: '25h' } },
      ['/update/min_healthy_time', '/update/drain_delay', '/update/deadline'],
    ],
    [
      { update: { min_healthy_time: -1, drain_delay: 'soon', deadline: 0.5 } },
      ['/update/min_healthy_time', '/update/drain_delay', '/update/deadline'],
    ],
    [{ update: { min_healthy_time: '30s', deadline: '30s' } }, ['/update/deadline']],
    [{ update: { min_healthy_time: '10m' } }, ['/update/min_healthy_time']],
    [{ kind: 'job', update: {} }, ['/update']],
    [{ ports: ['8080:80'], update: { order: 'start-first' } }, ['/update/order']],
  ])('of %j is said where it is', (changes, pointers) => {
    expect(faultsOf(changes).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each<[object, string]>([
    [
      { update: { deadline: '2d' } },
      'must be a duration from 1s to 24h such as "30s", or a number of seconds',
    ],
    [{ update: { min_healthy_time: '50s', deadline: '40s' } }, 'must be longer than min_healthy_time (50s)'],
    [{ update: { min_healthy_time: '1h' } }, 'must be shorter than the deadline (10m)'],
    [{ kind: 'job', update: {} }, 'a job runs once and is not rolled out: leave it out'],
    [
      { ports: ['8080:80'], update: { order: 'start-first' } },
      'a host port can be held by one instance only, so the old one must stop first: leave it out or set it to stop-first',
    ],
  ])('of %j is said in words', (changes, message) => {
    expect(faultsOf(changes).map((fault) => fault.message)).toEqual([message]);
  });
});

describe('of a deployment', () => {
  const shown = {
    order: null,
    parallelism: null,
    max_surge: null,
    min_healthy_time: '5s',
    drain_delay: '2s',
    deadline: '10m',
    on_failure: 'rollback',
  };

  it('they are shown in full, merged into and left out again, each time under a new revision that runs the same', async () => {
    const world = makeCommandWorld();
    const patch = (update: unknown) => patchDeployment({ id: 'web', patch: { update } }, admin, world);
    const created = await createDeployment(aDraft({ update: { parallelism: 2 } }), admin, world);
    expect(created).toMatchObject({ revision: 1, update: { ...shown, parallelism: 2 } });
    expect(await patch({ deadline: '20m', order: 'start-first' })).toMatchObject({
      revision: 2,
      update: { ...shown, parallelism: 2, deadline: '20m', order: 'start-first' },
    });
    expect(await patch({ parallelism: null, order: null })).toMatchObject({
      revision: 3,
      update: { ...shown, deadline: '20m' },
    });
    expect(await patch(null)).toMatchObject({ revision: 4, update: shown });
    expect(await patch({})).toMatchObject({ revision: 4, update: shown });
    const hashes = (await world.store.stores.deployments.revisions('uid-1')).map(({ specHash }) => specHash);
    expect(new Set(hashes).size).toBe(1);
  });

  it('a job has none', async () => {
    const job = await createDeployment(aDraft({ name: 'once', kind: 'job' }), admin, makeCommandWorld());
    expect(job.update).toBeNull();
  });
});
