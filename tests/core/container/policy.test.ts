/** Which ways to set up a container are left to administrators, on every way into the store. */
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../core/access/user.ts';
import type { ContainerDraft } from '../../../core/container/draft.ts';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import { restartDeployment } from '../../../core/deployment/commands/restart.ts';
import { rollBack } from '../../../core/deployment/commands/rollback.ts';
import { enforcePolicy } from '../../../core/deployment/policy.ts';
import { RingError, type Violation } from '../../../core/errors.ts';
import { type RunDraft, startRun } from '../../../core/run/start.ts';
import { aCaller, aDraft, aNormalForm } from '../../support/builders.ts';
import { makeCommandWorld, makeLinkedPaths } from '../../support/command-ports.ts';

const admin = aCaller('admin');
const editor = aCaller('editor');

const violationsOf = async (work: Promise<unknown>): Promise<readonly Violation[]> => {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof RingError && error.code === 'POLICY_VIOLATION') return error.violations;
    throw error;
  }
};

const judged = (draft: ContainerDraft, role: 'editor' | 'admin') =>
  violationsOf(
    enforcePolicy(aNormalForm(draft).spec, role, { bindRoots: null, hostPaths: makeLinkedPaths() }),
  );

describe('left to administrators', () => {
  it.each<[ContainerDraft, Readonly<Record<string, RegExp>>]>([
    [{ network_mode: 'host' }, { '/network_mode': /the host's network/ }],
    [{ privileged: true }, { '/privileged': /all rights on the host/ }],
    [{ cap_add: ['NET_ADMIN', 'CHOWN'] }, { '/cap_add': /the capability NET_ADMIN/ }],
    [{ cap_add: ['ALL'] }, { '/cap_add': /the capability ALL/ }],
    [{ devices: ['/dev/null', '/dev/sda'] }, { '/devices/0': /\/dev\/null/, '/devices/1': /\/dev\/sda/ }],
    [{ gpus: 'all' }, { '/gpus': /graphics processors/ }],
    [
      { sysctls: { 'kernel.msgmax': 1, 'net.core.somaxconn': 1 } },
      { '/sysctls/kernel.msgmax': /kernel\.msgmax, which is not of the network/ },
    ],
    [{ ulimits: { rtprio: 99, nofile: 10 } }, { '/ulimits/rtprio': /raises priorities/ }],
    [{ security_opt: ['no-new-privileges:false'] }, { '/security_opt': /no-new-privileges:false/ }],
    [{ security_opt: ['seccomp=unconfined'] }, { '/security_opt': /confinement of a container \(seccomp\)/ }],
    [{ security_opt: ['apparmor=mine'] }, { '/security_opt': /apparmor/ }],
    [{ security_opt: ['label=disable'] }, { '/security_opt': /label/ }],
    [{ pids_limit: -1 }, { '/pids_limit': /more than 4096 processes/ }],
    [{ pids_limit: 4097 }, { '/pids_limit': /more than 4096 processes/ }],
    [{ logging: { driver: 'syslog' } }, { '/logging/driver': /sends lines elsewhere/ }],
    [{ logging: { driver: 'org/plugin:1' } }, { '/logging/driver': /sends lines elsewhere/ }],
    [
      { logging: { options: { 'gelf-address': 'udp://10.0.0.1' } } },
      { '/logging/options/gelf-address': /may send lines elsewhere/ },
    ],
  ])('%j', async (draft, expected) => {
    const found = await judged(draft, 'editor');
    expect(Object.fromEntries(found.map(({ pointer, message }) => [pointer, message]))).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([pointer, message]) => [pointer, expect.stringMatching(message)]),
      ),
    );
    expect(found.every(({ message }) => message.endsWith('is reserved for administrators'))).toBe(true);
    expect(await judged(draft, 'admin')).toEqual([]);
  });
});

it("lets everyone have less, and what is the container's own", async () => {
  const own: ContainerDraft = {
    read_only: true,
    init: true,
    cap_drop: ['ALL'],
    cap_add: ['CHOWN', 'NET_BIND_SERVICE'],
    tmpfs: ['/run:size=1m'],
    shm_size: '1g',
    ulimits: { nofile: 1024, core: -1 },
    dns: ['1.1.1.1'],
    extra_hosts: ['gate:host-gateway'],
    sysctls: { 'net.core.somaxconn': 1024 },
    logging: { driver: 'json-file', options: { 'max-size': '1m', 'max-file': '2', tag: 'x' } },
    pids_limit: 4096,
    hostname: 'web',
    security_opt: ['no-new-privileges:true'],
  };
  expect(await judged(own, 'editor')).toEqual([]);
});

it('names all that is not allowed at once, mounts too', async () => {
  const { spec } = aNormalForm({
    volumes: ['data:/d', '/etc:/e'],
    privileged: true,
    devices: ['/dev/sda'],
    cap_add: ['SYS_ADMIN', 'SYS_TIME'],
  });
  const policy = { bindRoots: null, hostPaths: makeLinkedPaths() };
  const found = await violationsOf(enforcePolicy(spec, 'editor', policy));
  expect(found.map(({ pointer }) => pointer)).toEqual([
    '/volumes/1',
    '/privileged',
    '/devices/0',
    '/cap_add',
    '/cap_add',
  ]);
});

describe('an editor meets the same judge', () => {
  const refusal = [{ pointer: '/privileged', message: expect.stringContaining('administrators') }];
  const draft = aDraft({ privileged: true });

  it('on create, on PUT and on PATCH', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft({ name: 'mine' }), editor, world);
    const target = { id: 'mine' };
    const found = [
      await violationsOf(createDeployment(draft, editor, world)),
      await violationsOf(declareDeployment({ id: 'web', declaration: draft }, editor, world)),
      await violationsOf(
        declareDeployment({ ...target, declaration: { image: 'a', privileged: true } }, editor, world),
      ),
      await violationsOf(patchDeployment({ ...target, patch: { privileged: true } }, editor, world)),
    ];
    expect(found).toEqual([refusal, refusal, refusal, refusal]);
  });

  it("on running an administrator's job with other words or another environment than was declared", async () => {
    const world = makeCommandWorld();
    await createDeployment({ ...draft, kind: 'job', concurrency: 'allow' }, admin, world);
    const run = (caller: Caller, given: RunDraft) =>
      violationsOf(startRun({ id: 'web', draft: given }, caller, world));
    const command = ['cat', '/proc/kmsg'];
    expect([
      await run(editor, { command }),
      await run(editor, { environment: { LD_PRELOAD: 'x' } }),
      await run(editor, {}),
      await run(admin, { command }),
    ]).toEqual([refusal, refusal, [], []]);
  });

  it('on scaling, restarting and rolling back what an administrator declared', async () => {
    const world = makeCommandWorld();
    await createDeployment(draft, admin, world);
    const scaled = await violationsOf(patchDeployment({ id: 'web', patch: { replicas: 2 } }, editor, world));
    const restarted = await violationsOf(restartDeployment('web', editor, world));
    await patchDeployment({ id: 'web', patch: { privileged: null } }, admin, world);
    const back = await violationsOf(rollBack({ id: 'web' }, editor, world));
    expect([scaled, restarted, back]).toEqual([refusal, refusal, refusal]);
    expect(await violationsOf(restartDeployment('web', editor, world))).toEqual([]);
    expect(await violationsOf(rollBack({ id: 'web', revision: 1 }, admin, world))).toEqual([]);
  });
});
