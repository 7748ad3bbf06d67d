/** Docker's own orchestrator, on an engine that may be switched to swarm mode: services over the engine's API. */

import type { BenchEngine } from './bench-engine.ts';
import { type Contender, graceSeconds, image } from './contender.ts';
import { field } from './json-http.ts';

const service = 'ring-bench-swarm';

const spec = (replicas: number) => ({
  Name: service,
  TaskTemplate: {
    ContainerSpec: { Image: image, StopGracePeriod: graceSeconds * 1e9 },
    // As it comes, it waits 5 s before it replaces a task.
    RestartPolicy: { Condition: 'any', Delay: 0 },
  },
  Mode: { Replicated: { Replicas: replicas } },
});

/** Opens it: the engine becomes a swarm of one. */
export const openSwarm = async ({ api }: BenchEngine): Promise<readonly Contender[]> => {
  const body = { ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' };
  await api.json({ method: 'POST', path: '/swarm/init', body });
  const path = `/services/${service}`;
  const scale = async (replicas: number) => {
    const version = field(await api.json({ method: 'GET', path }), 'Version', 'Index');
    await api.json({ method: 'POST', path: `${path}/update?version=${version}`, body: spec(replicas) });
  };
  return [
    {
      name: 'Swarm, restart delay 0',
      engine: api,
      label: `com.docker.swarm.service.name=${service}`,
      up: async (count) =>
        void (await api.json({ method: 'POST', path: '/services/create', body: spec(count) })),
      scale: (_, to) => scale(to),
      down: async () => void (await api.json({ method: 'DELETE', path })),
      close: async () => void (await api.json({ method: 'POST', path: '/swarm/leave?force=true' })),
    },
  ];
};
