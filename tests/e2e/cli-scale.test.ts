/** `ring scale` against a real server, as somebody types it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
  await world.ring.declare('kiosk', { image: 'ring-test:1', replicas: 1 });
  await world.ring.declare('till.mall', { image: 'ring-test:1', replicas: 0 });
});
afterAll(() => world.close());

const replicas = async (id: string) => (await world.ring.read(id)).replicas;

describe('ring scale', () => {
  it('sets the replicas of several deployments and says so', async () => {
    expect(await world.run(['scale', 'kiosk=2', 'till.mall=1'])).toEqual({
      code: 0,
      stdout: 'deployment/kiosk has 2 replicas now\ndeployment/till has 1 replica now\n',
      stderr: '',
    });
    expect([await replicas('kiosk'), await replicas('till.mall')]).toEqual([2, 1]);
    await world.ring.until('kiosk', ({ ready_replicas: ready }) => ready === 2);
  });

  it('takes one deployment with its number, in a namespace', async () => {
    expect(await world.run(['scale', 'till', '0', '-n', 'mall', '-o', 'name'])).toEqual({
      code: 0,
      stdout: 'deployment/till\n',
      stderr: '',
    });
    expect(await replicas('till.mall')).toBe(0);
  });

  it('stays until the replicas are there where that is asked for', async () => {
    const { code, stdout } = await world.run(['scale', 'kiosk=3', '--wait', '-o', 'name']);
    expect([code, stdout]).toEqual([0, 'deployment/kiosk\n']);
    expect((await world.ring.read('kiosk')).ready_replicas).toBe(3);
  });

  it('exits with 2 when the time is up, and says what it waits for', async () => {
    await world.ring.declare('stuck', { image: 'localhost:1/nothing:1', replicas: 1 });
    expect(await world.run(['scale', 'stuck=2', '--wait', '--timeout', '1s'])).toMatchObject({
      code: 2,
      stdout: 'deployment/stuck has 2 replicas now\n',
      stderr: expect.stringMatching(/^ring: timed out before stuck [^\n]*\n$/m),
    });
  });

  it('exits with 7 when the deployment is deleted while it waits', async () => {
    const image = 'localhost:1/nothing:1';
    await world.ring.declare('doomed', { image, replicas: 1 });
    const waiting = world.start(['scale', 'doomed=2', '--wait']);
    await until(
      async () => waiting.said.stdout,
      (said) => said !== '',
      { what: 'the new number of replicas' },
    );
    await world.ring.call('DELETE', '/deployments/doomed');
    expect(await waiting.ended).toEqual({
      code: 7,
      stdout: 'deployment/doomed has 2 replicas now\n',
      stderr: expect.stringMatching(/ring: doomed failed: it was deleted\n$/),
    });
  });

  it('prints what the API answers', async () => {
    const { code, stdout } = await world.run(['scale', 'kiosk=1', '-o', 'json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ id: 'kiosk', replicas: 1 })]);
  });

  it('says what is not a number of replicas, and what is not there', async () => {
    expect(await world.run(['scale', 'kiosk'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: kiosk does not say how many: write it like kiosk=3\n',
    });
    expect(await world.run(['scale', 'nobody=1', 'till.mall=3', '-o', 'name'])).toMatchObject({
      code: 5,
      stdout: 'deployment/till\n',
    });
    expect(await replicas('till.mall')).toBe(3);
    expect(await world.run(['scale', 'nobody=1'])).toEqual({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(
        /^ring: deployment\/nobody: [^\n]*not found[^\n]*`ring get deployments`[^\n]*\n$/i,
      ),
    });
  });
});
