/**
 * Who rolls out a group of replicas, step by step the same: Ring over its API, and the engine's own API with nothing in
 * between. What is compared is for rollout.ts.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { graceSeconds, image } from './contender.ts';
import { atOnce } from './contender-raw.ts';
import { until } from './contender-ring.ts';
import { field, type JsonClient } from './json-http.ts';
import { openRingServer, type RingBuild } from './ring-server.ts';

/** How a group is rolled out, the same for everyone. Times in seconds. */
export const terms = { replicas: 10, atOnce: 5, minHealthy: 1, drainDelay: 1 } as const;

/** A group that runs and can be brought to another revision again and again. */
export interface Roller {
  readonly name: string;
  /** The label that its containers carry. */
  readonly label: string;
  /** Resolves when all replicas run that revision and nothing of the one before is left. */
  roll(revision: number): Promise<void>;
  close(): Promise<void>;
}

const slots = Array.from({ length: terms.replicas }, (_, slot) => slot);

/** Ring with a group that runs. */
export const openRingRoller = async (build: RingBuild): Promise<Roller> => {
  const ring = await openRingServer(build);
  const path = '/deployments/web.bench-rollout';
  const read = () => ring.api.json({ method: 'GET', path });
  const roll = async (revision: number) => {
    await ring.api.json({
      method: 'PUT',
      path,
      body: {
        image,
        replicas: terms.replicas,
        environment: { REVISION: String(revision) },
        stop_grace: `${graceSeconds}s`,
        update: {
          parallelism: terms.atOnce,
          min_healthy_time: `${terms.minHealthy}s`,
          drain_delay: `${terms.drainDelay}s`,
        },
      },
    });
    await until(async () => {
      const rollout = field(await read(), 'rollout');
      const isThere = field(rollout, 'revision') === revision && field(rollout, 'state') === 'completed';
      return isThere && field(rollout, 'updated') === terms.replicas;
    });
  };
  await roll(1);
  return {
    name: 'Ring',
    label: 'ring.namespace=bench-rollout',
    roll,
    async close() {
      await ring.api.json({ method: 'DELETE', path });
      await until(async () => (await ring.api.ask({ method: 'GET', path })).status === 404);
      await ring.close();
    },
  };
};

const network = 'ring-bench-rollout';
const label = 'ring.bench.rollout';

interface Made {
  readonly id: string;
  readonly address: string;
}

/** The engine's own API with a group that runs. */
export const openRawRoller = async (engine: JsonClient): Promise<Roller> => {
  const post = (path: string, body?: unknown) => engine.json({ method: 'POST', path, body });
  const range = { Subnet: '10.214.0.0/24', Gateway: '10.214.0.1' };
  await post('/networks/create', { Name: network, IPAM: { Config: [range] } });
  const running = new Map<number, Made>();

  /** Out of the network and in again at the same address, which is the only way to change names. */
  const rejoin = async ({ id, address }: Made, aliases: readonly string[]) => {
    await post(`/networks/${network}/disconnect`, { Container: id, Force: true });
    const endpoint = { IPAMConfig: { IPv4Address: address }, Aliases: aliases };
    await post(`/networks/${network}/connect`, { Container: id, EndpointConfig: endpoint });
  };
  const make = async (slot: number, revision: number): Promise<Made> => {
    // Two ranges in turns: the old one still has its address when the new one is made.
    const address = `10.214.0.${10 + slot + (revision % 2) * 100}`;
    const endpoint = { IPAMConfig: { IPv4Address: address }, Aliases: [] };
    const made = await post(`/containers/create?name=${network}-${slot}-${revision}`, {
      Image: image,
      Labels: { [label]: '' },
      Env: [`REVISION=${revision}`],
      StopTimeout: graceSeconds,
      HostConfig: { NetworkMode: network, RestartPolicy: { Name: 'unless-stopped' } },
      NetworkingConfig: { EndpointsConfig: { [network]: endpoint } },
    });
    const id = String(field(made, 'Id'));
    await post(`/containers/${id}/start`);
    return { id, address };
  };
  const remove = async ({ id }: Made) => {
    await post(`/containers/${id}/stop?t=${graceSeconds}`);
    await engine.json({ method: 'DELETE', path: `/containers/${id}?v=true` });
  };
  const startedAt = async ({ id }: Made): Promise<number> => {
    const seen = await engine.json({ method: 'GET', path: `/containers/${id}/json` });
    return Date.parse(String(field(seen, 'State', 'StartedAt')));
  };
  const rollSlot = async (slot: number, revision: number) => {
    const before = running.get(slot);
    const made = await make(slot, revision);
    running.set(slot, made);
    if (!before) return rejoin(made, ['web']);
    await wait((await startedAt(made)) + terms.minHealthy * 1000 - Date.now());
    await rejoin(made, ['web']);
    await rejoin(before, []);
    await wait(terms.drainDelay * 1000);
    await remove(before);
  };
  const roll = (revision: number) =>
    atOnce(
      terms.atOnce,
      slots.map((slot) => () => rollSlot(slot, revision)),
    );
  await roll(1);
  return {
    name: 'raw engine API',
    label,
    roll,
    async close() {
      await atOnce(
        terms.atOnce,
        [...running.values()].map((made) => () => remove(made)),
      );
      await engine.json({ method: 'DELETE', path: `/networks/${network}` });
    },
  };
};
