/**
 * The engine's own limit: its HTTP API with nothing in between, so many calls at once. Every container is made as Ring
 * makes it: in a network of its own kind, restarted by the engine.
 */
import { type Contender, graceSeconds, image } from './contender.ts';
import { field, type JsonClient } from './json-http.ts';

/** How many calls at once, by what is asked. */
export interface RawConcurrency {
  readonly up: number;
  readonly down: number;
}

/** How a group is taken down. */
export type RawDown = 'stop and remove' | 'force';

/** Options of the raw contender. */
export interface RawOptions {
  readonly concurrency: RawConcurrency;
  readonly down?: RawDown;
  /** Whether each group gets a network that is made for it, or one that is there already. */
  readonly ownNetwork?: boolean;
}

const label = 'ring.bench.raw';
const networkName = 'ring-bench-raw';

/** Opens the raw engine; its network is there before anything is measured. */
export const openRaw = async (engine: JsonClient, options: RawOptions): Promise<Contender> => {
  const { concurrency, down = 'stop and remove', ownNetwork = false } = options;
  const made: string[] = [];
  let network = ownNetwork ? '' : await makeNetwork(engine);

  const create = async (index: number) => {
    const container = await engine.json({
      method: 'POST',
      path: `/containers/create?name=ring-bench-raw-${index}`,
      body: {
        Image: image,
        Labels: { [label]: '' },
        StopTimeout: graceSeconds,
        HostConfig: { NetworkMode: network, RestartPolicy: { Name: 'unless-stopped' } },
      },
    });
    const id = String(field(container, 'Id'));
    made.push(id);
    await start(id);
  };
  const start = (id: string) => engine.json({ method: 'POST', path: `/containers/${id}/start` });
  const grow = (from: number, to: number) =>
    atOnce(
      concurrency.up,
      Array.from({ length: to - from }, (_, index) => () => create(from + index)),
    );
  const remove = async (id: string) => {
    const force = down === 'force';
    if (!force) await engine.json({ method: 'POST', path: `/containers/${id}/stop?t=${graceSeconds}` });
    await engine.json({ method: 'DELETE', path: `/containers/${id}?v=true${force ? '&force=true' : ''}` });
  };
  const dropNetwork = async () => {
    if (network !== '') await engine.json({ method: 'DELETE', path: `/networks/${network}` });
    network = '';
  };

  return {
    name: 'raw engine API',
    engine,
    label,
    async up(count) {
      if (ownNetwork) network = await makeNetwork(engine);
      await grow(0, count);
    },
    scale: grow,
    async down() {
      await atOnce(
        concurrency.down,
        made.splice(0).map((id) => () => remove(id)),
      );
    },
    replace: async (id) => void (await start(id)),
    settled: async () => (ownNetwork ? dropNetwork() : undefined),
    close: dropNetwork,
  };
};

const makeNetwork = async (engine: JsonClient): Promise<string> => {
  const body = {
    Name: networkName,
    IPAM: { Config: [{ Subnet: '10.213.0.0/23', Gateway: '10.213.0.1' }] },
  };
  return String(field(await engine.json({ method: 'POST', path: '/networks/create', body }), 'Id'));
};

/** Runs all the work, so many at a time. */
export const atOnce = async (most: number, work: readonly (() => Promise<unknown>)[]): Promise<void> => {
  const rest = [...work];
  const run = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await next();
  };
  await Promise.all(Array.from({ length: most }, run));
};
