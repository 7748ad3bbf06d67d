import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../adapters/docker/labels.ts';
import { someIdentity } from '../../support/fake-runtime.ts';
import { aSpec } from '../../support/records.ts';
import { anInspected } from './listed.ts';
import { type Answer, type Answers, cut, hang, json, refusal, startStubEngine } from './stub-engine.ts';

const network = {
  Id: 'n1',
  Name: 'ring_default',
  Created: '2026-11-23T10:00:00Z',
  IPAM: { Config: [{ Subnet: '10.201.0.0/23' }] },
  Labels: {},
};
const networks: Answers = [[/^GET \/networks$/, () => json([network])]];
const create = /^POST \/containers\/create$/;
const byName = /^GET \/containers\/default_web_0_r1\/json$/;
const start = /^POST \/containers\/c1\/start$/;
const inspect = /^GET \/containers\/c1\/json$/;
const remove = /^DELETE \/containers\/c1$/;
const inUse = refusal(
  409,
  'Conflict. The container name "/default_web_0_r1" is already in use by container "c1".',
);
const unknown = refusal(404, 'No such container: c1');

const request = {
  containerName: 'default_web_0_r1',
  identity: someIdentity(),
  spec: aSpec(),
  environment: { PASSWORD: 'hunter2secret' },
  files: [],
  imageId: 'sha256:1',
  aliases: [],
};

/** One answer after the other; the last one stays. */
const inTurn = (...answers: readonly Answer[]): (() => Answer) => {
  let turn = 0;
  return () => answers[Math.min(turn++, answers.length - 1)] ?? unknown;
};

describe('creating', () => {
  it('looks by name after a lost answer, and adopts what is there', async () => {
    const { runtime, requests } = await startStubEngine([
      ...networks,
      [create, () => cut],
      [byName, () => json(anInspected('c1'))],
    ]);
    expect(await runtime.create(request)).toBe('c1');
    expect(requests.slice(-2)).toEqual(['POST /containers/create', 'GET /containers/default_web_0_r1/json']);
  });

  it('tries again while a name is reserved for a container that cannot be seen', async () => {
    const { runtime, requests } = await startStubEngine([
      ...networks,
      [create, inTurn(inUse, inUse, json({ Id: 'c2', Warnings: [] }, 201))],
      [byName, () => unknown],
    ]);
    expect(await runtime.create(request)).toBe('c2');
    expect(requests.filter((line) => create.test(line))).toHaveLength(3);
  });

  it('waits for a container of its own that is being removed', async () => {
    const { runtime } = await startStubEngine([
      ...networks,
      [create, inTurn(inUse, json({ Id: 'c2', Warnings: [] }, 201))],
      [byName, () => json(anInspected('c1', { Status: 'removing' }))],
    ]);
    expect(await runtime.create(request)).toBe('c2');
  });

  it('does not adopt a stranger', async () => {
    const stranger = { ...anInspected('c1'), Config: { Labels: labelsOf('i2', someIdentity()) } };
    const { runtime } = await startStubEngine([
      ...networks,
      [create, () => inUse],
      [byName, () => json(stranger)],
    ]);
    await expect(runtime.create(request)).rejects.toMatchObject({ kind: 'name_taken' });
  });

  it('never repeats the environment in an error', async () => {
    const { runtime } = await startStubEngine([
      ...networks,
      [create, () => refusal(500, 'cannot use hunter2secret in this way')],
    ]);
    await expect(runtime.create(request)).rejects.toMatchObject({
      kind: 'other',
      message: 'cannot use *** in this way',
    });
  });
});

describe('starting', () => {
  it.each([
    ['304', refusal(304, '')],
    ['an error though it runs', refusal(500, 'ring: internal confusion')],
    ['nothing though it runs', cut],
  ])('counts %s as started', async (_, answer) => {
    const { runtime } = await startStubEngine([
      [start, () => answer],
      [inspect, () => json(anInspected('c1'))],
    ]);
    await runtime.start('c1');
  });

  it.each([
    ['command', { ExitCode: 127, Error: 'strange words' }, refusal(400, 'strange words')],
    ['file_system', { ExitCode: 127, Error: 'x' }, refusal(400, 'error mounting "/etc/passwd" to rootfs')],
    ['config', { ExitCode: 0, Error: '' }, refusal(400, 'strange words')],
    ['other', { ExitCode: 128, Error: 'x' }, refusal(500, 'strange words')],
    ['unavailable', { ExitCode: 0, Error: '' }, cut],
    ['unavailable', { ExitCode: 0, Error: '' }, hang],
  ])('judges %s by words and exit code', async (kind, state, answer) => {
    const { runtime } = await startStubEngine([
      [start, () => answer],
      [
        inspect,
        () => json(anInspected('c1', { Status: 'created', StartedAt: '0001-01-01T00:00:00Z', ...state })),
      ],
    ]);
    await expect(runtime.start('c1')).rejects.toMatchObject({ kind });
  });
});

describe('an address that another container took', () => {
  const never = { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' };
  const connect = /^POST \/networks\/n1\/connect$/;
  const words = ['Address already in use', 'failed to set up container networking: Address already in use'];

  it.each(words)('is given up at the start that is refused with "%s"', async (message) => {
    const { runtime, requests } = await startStubEngine([
      ...networks,
      [start, inTurn(refusal(500, message), json('', 204))],
      [inspect, () => json(anInspected('c1', never))],
      [connect, () => json('')],
    ]);
    await runtime.start('c1');
    const changes = requests.filter((line) => line.startsWith('POST'));
    expect(changes).toEqual([
      'POST /containers/c1/start',
      'POST /networks/n1/connect',
      'POST /containers/c1/start',
    ]);
  });

  it.each(words)('is given up while joining, which is refused with "%s"', async (message) => {
    const { runtime, requests } = await startStubEngine([
      ...networks,
      [start, inTurn(refusal(404, 'network 0d3ee71900e4 not found'), json('', 204))],
      [inspect, () => json(anInspected('c1', never))],
      [connect, inTurn(refusal(500, message), json(''))],
    ]);
    await runtime.start('c1');
    expect(requests.filter((line) => connect.test(line))).toHaveLength(2);
  });
});

describe('stopping and removing', () => {
  it.each([
    ['stopped', refusal(304, '')],
    ['gone', unknown],
  ])('counts a container that is %s as stopped', async (_, answer) => {
    const { runtime } = await startStubEngine([[/^POST \/containers\/c1\/stop$/, () => answer]]);
    await runtime.stop('c1', 1000);
  });

  it('waits for a removal that another began', async () => {
    const { runtime, requests } = await startStubEngine(
      [
        [remove, () => refusal(409, 'removal of container c1 is already in progress')],
        [inspect, inTurn(json(anInspected('c1', { Status: 'removing' })), unknown)],
      ],
      { callTimeoutMs: 5000 },
    );
    await runtime.remove('c1');
    expect(requests.filter((line) => inspect.test(line))).toHaveLength(2);
  });

  it('counts a lost answer as removed only when the container is gone', async () => {
    const gone = await startStubEngine([
      [remove, () => cut],
      [inspect, () => unknown],
    ]);
    await gone.runtime.remove('c1');
    const there = await startStubEngine([
      [remove, () => cut],
      [inspect, () => json(anInspected('c1'))],
    ]);
    await expect(there.runtime.remove('c1')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
