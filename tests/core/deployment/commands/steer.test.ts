/** Restarting, pausing and resuming: what each changes, and when it changes nothing. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { pauseRollout } from '../../../../core/deployment/commands/pause.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { restartDeployment } from '../../../../core/deployment/commands/restart.ts';
import { resumeRollout } from '../../../../core/deployment/commands/resume.ts';
import type { RevisionRecord } from '../../../../core/deployment/record.ts';
import type { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { holdLease } from '../../../contracts/store-harness.ts';
import { aCaller, aDeclaration, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';
import { remember } from '../../../support/remembered.ts';
import { aRollout } from '../../../support/subjects.ts';

const editor = aCaller('editor');
const pin = { imageId: 'sha256:1', repoDigest: 'nginx@sha256:2' };

/** `web`, its image resolved. */
async function worldWithWeb(changes: Partial<DeploymentDraft> = {}): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await createDeployment(aDraft(changes), editor, world);
  const lease = await holdLease(world.store);
  await world.store.reconciler.pinImage(lease, 'uid-1', 1, pin);
  await world.store.reconciler.releaseLease(lease);
  world.pass(1000);
  return world;
}

const restart = (world: CommandWorld) => restartDeployment('web', editor, world);
const pause = (world: CommandWorld) => pauseRollout('web', editor, world);
const resume = (world: CommandWorld) => resumeRollout('web', editor, world);
const declare = (world: CommandWorld, changes: Partial<DeploymentDraft>) =>
  declareDeployment({ id: 'web', declaration: aDeclaration(changes) }, editor, world);
const record = ({ store }: CommandWorld) => store.stores.deployments.find('web');
const revisions = ({ store }: CommandWorld) => store.stores.deployments.revisions('uid-1');
const eventsOf = async ({ store }: CommandWorld) =>
  (await store.stores.events.list('uid-1', { limit: 99 })).map(({ reason, message }) => [reason, message]);

describe('a restart', () => {
  it('is the declared spec under a new number, with a hash of its own and the image as it was', async () => {
    const world = await worldWithWeb({ secrets: { A: '1' } });
    expect(await restart(world)).toMatchObject({ revision: 2, secrets: { A: '1' }, image_id: 'sha256:1' });
    const [second, first] = (await revisions(world)) as [RevisionRecord, RevisionRecord];
    expect(second).toEqual({
      ...first,
      number: 2,
      specHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      createdAt: '2024-01-15T10:30:01.000Z',
      cause: { kind: 'restart' },
      author: 'an-editor',
    });
    expect(second.specHash).not.toBe(first.specHash);
    expect(await record(world)).toMatchObject({ revision: 2, generation: 2 });
    expect((await eventsOf(world)).at(-1)).toEqual([
      'RestartRequested',
      'Restart requested by an-editor: revision 2',
    ]);
    expect(world.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('is another one each time', async () => {
    const world = await worldWithWeb();
    await restart(world);
    expect(await restart(world)).toMatchObject({ revision: 3 });
    expect(new Set((await revisions(world)).map(({ specHash }) => specHash)).size).toBe(3);
  });

  it('looks for a newer image with Always', async () => {
    const world = await worldWithWeb({ image_pull_policy: 'Always' });
    expect(await restart(world)).toMatchObject({ revision: 2, image_id: null, image_digest: null });
  });

  it('needs no key', async () => {
    const world = await worldWithWeb({ secrets: { A: '1' } });
    world.loseKey();
    expect(await restart(world)).toMatchObject({ revision: 2 });
  });

  it.each<Partial<DeploymentDraft>>([{}, { image_pull_policy: 'Always' }])(
    'leaves nothing to do where the same is declared again: %j',
    async (changes) => {
      const world = await worldWithWeb(changes);
      await restart(world);
      expect((await declare(world, changes)).deployment).toMatchObject({ revision: 2 });
    },
  );

  it('is not undone by what changes nothing of what runs', async () => {
    const world = await worldWithWeb();
    await restart(world);
    const patched = await patchDeployment(
      { id: 'web', patch: { update: { parallelism: 2 } } },
      editor,
      world,
    );
    expect(patched).toMatchObject({ revision: 3, image_id: 'sha256:1' });
    const [third, second] = await revisions(world);
    expect(third).toMatchObject({ specHash: second?.specHash, pin, cause: { kind: 'declared' } });
  });

  it('is followed by the declaration of what ran before it', async () => {
    const world = await worldWithWeb();
    await restart(world);
    await declare(world, { image: 'nginx:2' });
    expect((await declare(world, {})).deployment).toMatchObject({ revision: 4, image: 'nginx:1.21' });
    const [fourth, , , first] = await revisions(world);
    expect(fourth).toMatchObject({ specHash: first?.specHash, pin: null });
  });
});

describe('pausing', () => {
  it('holds the rollout until it is resumed, and makes no revision', async () => {
    const world = await worldWithWeb();
    const at = '2024-01-15T10:30:01.000Z';
    expect(await pause(world)).toMatchObject({ paused: true, revision: 1, updated_at: at });
    expect(await record(world)).toMatchObject({ paused: true, resumes: 0, generation: 2 });
    expect(await resume(world)).toMatchObject({ paused: false, revision: 1 });
    expect(await record(world)).toMatchObject({ paused: false, resumes: 1, generation: 3 });
    expect((await eventsOf(world)).slice(1)).toEqual([
      ['RolloutPaused', 'Rollout paused by an-editor'],
      ['RolloutResumed', 'Rollout resumed by an-editor'],
    ]);
    expect(world.woken).toEqual(['uid-1', 'uid-1', 'uid-1']);
  });

  it('of what is paused changes nothing', async () => {
    const world = await worldWithWeb();
    const paused = await pause(world);
    world.pass(1000);
    expect(await pause(world)).toEqual(paused);
    expect(await record(world)).toMatchObject({ generation: 2 });
    expect(world.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('outlasts what is declared meanwhile', async () => {
    const world = await worldWithWeb();
    await pause(world);
    expect((await declare(world, { image: 'nginx:2' })).deployment).toMatchObject({
      revision: 2,
      paused: true,
    });
    expect(await restart(world)).toMatchObject({ revision: 3, paused: true });
  });
});

describe('resuming', () => {
  it('of what goes on changes nothing', async () => {
    const world = await worldWithWeb();
    await remember(world.store, { rollout: aRollout({ revision: 1, state: 'in_progress' }) });
    expect(await resume(world)).toMatchObject({ paused: false });
    expect(await record(world)).toMatchObject({ resumes: 0, generation: 1 });
    expect(world.woken).toEqual(['uid-1']);
  });

  it('lets a rollout go on that stopped because it failed, once', async () => {
    const world = await worldWithWeb();
    await remember(world.store, { rollout: aRollout({ revision: 1, state: 'paused' }) });
    await resume(world);
    await resume(world);
    expect(await record(world)).toMatchObject({ resumes: 1, generation: 2 });
    await remember(world.store, { rollout: aRollout({ revision: 1, state: 'paused', resumes: 1 }) });
    await resume(world);
    expect(await record(world)).toMatchObject({ resumes: 2, generation: 3 });
  });

  it('does not speak of the rollout of an older revision', async () => {
    const world = await worldWithWeb();
    await remember(world.store, { rollout: aRollout({ revision: 1, state: 'paused' }) });
    await restart(world);
    await resume(world);
    expect(await record(world)).toMatchObject({ resumes: 0, generation: 2 });
  });
});

it.each([
  ['restart', restartDeployment],
  ['pause', pauseRollout],
  ['resume', resumeRollout],
])('%s is refused of what is not there, what is being deleted, and a job', async (_verb, command) => {
  const world = await worldWithWeb();
  await createDeployment(aDraft({ name: 'once', kind: 'job' }), editor, world);
  await removeDeployment('web', editor, world);
  const code = (id: string) => command(id, editor, world).catch(({ code }) => code);
  expect([await code('none'), await code('web'), await code('once')]).toEqual([
    'DEPLOYMENT_NOT_FOUND',
    'DEPLOYMENT_BEING_DELETED',
    'INVALID_REQUEST',
  ]);
});
