/** Ring, driven over its API as any client would. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Contender, graceSeconds, image } from './contender.ts';
import { field, type JsonClient } from './json-http.ts';
import { openRingServer, type RingBuild } from './ring-server.ts';

/** Options of the contender. */
export interface RingOptions {
  /** Whether each group is the first of its namespace, so that the network is made with it. */
  readonly ownNetwork?: boolean;
}

const name = 'web';
const pollMs = 5;

/** Opens Ring; a deployment without replicas keeps the namespace, and so its network, in use. */
export const openRingContender = async (
  engine: JsonClient,
  build: RingBuild,
  { ownNetwork = false }: RingOptions = {},
): Promise<Contender> => {
  const ring = await openRingServer(build);
  const namespace = ownNetwork ? 'bench-own' : 'bench';

  const draft = (changes: { readonly name: string; readonly replicas: number }) => ({
    namespace,
    image,
    stop_grace: `${graceSeconds}s`,
    ...changes,
  });
  const create = (changes: { readonly name: string; readonly replicas: number }) =>
    ring.api.json({ method: 'POST', path: '/deployments', body: draft(changes) });
  const status = async () => {
    const { status, text } = await ring.api.ask({ method: 'GET', path: `/deployments/${name}` });
    return status === 404 ? null : JSON.parse(text);
  };
  const isUp = async (count: number) => {
    const seen: unknown = await status();
    return field(seen, 'status') === 'running' && field(seen, 'ready_replicas') === count;
  };
  const down = async () => {
    await ring.api.json({ method: 'DELETE', path: `/deployments/${name}` });
  };
  /** The network is made by the first container that needs it, not by a deployment without any. */
  const openNamespace = async () => {
    await create({ name: 'keeper', replicas: 0 });
    await create({ name, replicas: 1 });
    await until(() => isUp(1));
    await down();
    await until(async () => (await status()) === null);
  };

  if (!ownNetwork) await openNamespace();
  return {
    name: ownNetwork ? 'Ring, new namespace' : 'Ring',
    engine,
    label: `ring.namespace=${namespace}`,
    up: async (count) => void (await create({ name, replicas: count })),
    scale: async (_, to) =>
      void (await ring.api.json({
        method: 'PATCH',
        path: `/deployments/${name}`,
        body: { replicas: to },
      })),
    down,
    saysRunning: (count) => until(() => isUp(count)),
    async settled() {
      await until(async () => (await status()) === null);
      if (ownNetwork) await until(async () => !(await hasNetwork(engine, namespace)));
    },
    async close() {
      if (!ownNetwork) await ring.api.json({ method: 'DELETE', path: '/deployments/keeper' });
      // An engine that miscounts the endpoints of a network removes it only after a restart.
      await until(async () => !(await hasNetwork(engine, namespace))).catch(() => undefined);
      await ring.close();
    },
  };
};

const hasNetwork = async (engine: JsonClient, namespace: string): Promise<boolean> => {
  const filters = encodeURIComponent(JSON.stringify({ label: [`ring.namespace=${namespace}`] }));
  const found = await engine.json({ method: 'GET', path: `/networks?filters=${filters}` });
  return Array.isArray(found) && found.length > 0;
};

/** Asks again until it is so; rejects after a minute. */
export const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('Ring did not get there within a minute');
    await wait(pollMs);
  }
};
