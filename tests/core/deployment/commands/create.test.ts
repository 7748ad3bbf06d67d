/** Creating a deployment. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { openConfidential } from '../../../../core/deployment/revision.ts';
import { aCaller, aDraft, aNormalForm } from '../../../support/builders.ts';
import { makeCommandWorld } from '../../../support/command-ports.ts';
import { aDeployment, aSpecView, madeAt } from '../../../support/records.ts';

const editor = aCaller('editor');
const admin = aCaller('admin');

it('answers with all the contract shows, and more beside it', async () => {
  const world = makeCommandWorld();
  const draft = aDraft({
    name: 'my-app',
    namespace: 'production',
    runtime: 'docker',
    kind: 'worker',
    replicas: 3,
    labels: { app: 'nginx', version: '1.21' },
    secrets: { ENV: 'production', DEBUG: 'false' },
    volumes: ['/host/data:/app/data'],
    registry_credentials: { username: 'me', password: 'hunter2' },
  });
  const mounts = [
    { type: 'bind', source: '/host/data', destination: '/app/data', permission: 'rw' as const },
  ];
  expect(await createDeployment(draft, admin, world)).toEqual({
    id: 'my-app',
    name: 'my-app',
    namespace: 'production',
    image: 'nginx:1.21',
    runtime: 'docker',
    kind: 'worker',
    replicas: 3,
    revision: 1,
    status: 'creating',
    status_reason: null,
    instances: [],
    ready_replicas: 0,
    restarts: 0,
    observed_at: null,
    rollout: null,
    schedule: null,
    created_at: madeAt,
    updated_at: madeAt,
    paused: false,
    deleted_at: null,
    volumes: JSON.stringify(mounts),
    ...aSpecView({ mounts, labels: { app: 'nginx', version: '1.21' } }),
    secrets: { DEBUG: 'false', ENV: 'production' },
    image_id: null,
    image_digest: null,
  });
});

it('stores the record, the sealed revision and the event, and wakes the reconciler', async () => {
  const world = makeCommandWorld();
  const draft = aDraft({ secrets: { A: '1' } });
  await createDeployment(draft, editor, world);
  const { deployments, events } = world.store.stores;
  const revision = await deployments.revision('uid-1', 1);
  expect(await deployments.find('web')).toEqual(aDeployment({ uid: 'uid-1' }));
  expect(revision).toEqual({
    uid: 'uid-1',
    number: 1,
    specHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    spec: aNormalForm().spec,
    sealed: expect.any(String),
    inputs: [],
    pin: null,
    createdAt: madeAt,
    cause: { kind: 'declared' },
    author: editor.username,
  });
  expect(revision && openConfidential(revision, world.vault)).toEqual(
    aNormalForm({ secrets: { A: '1' } }).confidential,
  );
  expect(await events.list('uid-1', { limit: 9 })).toEqual([
    expect.objectContaining({
      level: 'info',
      component: 'api',
      reason: 'DeploymentCreated',
      message: 'Deployment web created: 1 x nginx:1.21',
    }),
  ]);
  expect(world.woken).toEqual(['uid-1']);
});

it('keeps secrets and credentials out of everything that is not sealed', async () => {
  const world = makeCommandWorld();
  const draft = aDraft({
    secrets: { TOKEN: 'hunter2' },
    registry_credentials: { username: 'me', password: 'hunter2' },
  });
  const reply = await createDeployment(draft, aCaller('viewer'), world);
  const { deployments, events } = world.store.stores;
  const open = [
    reply,
    await deployments.find('web'),
    await deployments.listText({ namespaces: [], statuses: [] }),
    await deployments.revision('uid-1', 1),
    await events.list('uid-1', { limit: 9 }),
  ];
  expect(JSON.stringify(open)).not.toContain('hunter2');
});

describe('a name', () => {
  it('that is taken in its namespace is refused, with the way out', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft(), editor, world);
    await expect(createDeployment(aDraft({ image: 'other' }), editor, world)).rejects.toMatchObject({
      code: 'DEPLOYMENT_EXISTS',
      message: expect.stringContaining('PUT /deployments/web'),
    });
    expect(world.woken).toEqual(['uid-1']);
  });

  it('that another namespace has as its id gives <name>.<namespace>', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft({ namespace: 'staging' }), editor, world);
    const { id } = await createDeployment(aDraft({ namespace: 'production' }), editor, world);
    expect(id).toBe('web.production');
    const { deployments } = world.store.stores;
    expect((await deployments.find('web'))?.uid).toBe('uid-1');
    expect((await deployments.find('web.staging'))?.uid).toBe('uid-1');
    expect((await deployments.find('web.production'))?.uid).toBe('uid-2');
  });

  it('that is still being deleted is refused for a moment', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft(), editor, world);
    await removeDeployment('web', editor, world);
    await expect(createDeployment(aDraft(), editor, world)).rejects.toMatchObject({
      code: 'DEPLOYMENT_BEING_DELETED',
      retryAfterSeconds: 1,
    });
  });

  it('that many ask for at once is given to one', async () => {
    const world = makeCommandWorld();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => createDeployment(aDraft(), editor, world)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(world.woken).toHaveLength(1);
  });
});

it.each<[string, Parameters<typeof aDraft>[0], string]>([
  ['invalid', { workdir: 'relative' }, 'INVALID_REQUEST'],
  ['not allowed', { volumes: ['/etc:/etc'] }, 'POLICY_VIOLATION'],
])('stores nothing and wakes nobody when the draft is %s', async (_, changes, code) => {
  const world = makeCommandWorld();
  await expect(createDeployment(aDraft(changes), editor, world)).rejects.toMatchObject({ code });
  const { text } = await world.store.stores.deployments.listText({ namespaces: [], statuses: [] });
  expect({ text, woken: world.woken }).toEqual({ text: '[]', woken: [] });
});

it('keeps names that JavaScript keeps for itself', async () => {
  const world = makeCommandWorld();
  const odd = JSON.parse('{"__proto__": "1", "constructor": "2"}');
  const made = await createDeployment(aDraft({ labels: odd, secrets: odd }), editor, world);
  const revision = await world.store.stores.deployments.revision('uid-1', 1);
  expect(JSON.stringify([made.labels, made.secrets, revision?.spec.labels])).toBe(
    JSON.stringify([odd, odd, odd]),
  );
});
