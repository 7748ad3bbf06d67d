/** The actions of a client while Ring is made to crash: every chapter of the crash script. */
import { memoryText } from '../../core/reconcile/gate/memory-admission.ts';
import { dueJobs, jobTerms } from './crash-jobs.ts';
import { type Chapter, crashImages, isThere, nothing, type Seen } from './crash-script.ts';

const terms = { update: { min_healthy_time: '100ms', drain_delay: '100ms' }, stop_grace: '5s' };
const [first, second] = crashImages;

/** A worker with a config and a secret: other values of both, another image, up and down. */
const rollouts: Chapter = {
  title: 'rollouts, configs and secrets',
  steps({ namespace }) {
    const volumes = [
      { type: 'config', source: 'level', destination: '/level' },
      { type: 'secret', source: 'token', destination: '/token' },
    ];
    const secrets = { TOKEN: { secretRef: 'token' } };
    const web = (image: string, replicas: number) => ({
      ...{ image, replicas, namespace, volumes, secrets },
      ...terms,
    });
    const level = (data: string) =>
      ({ method: 'PUT', path: '/configs/level', body: { namespace, data } }) as const;
    const token = (value: string) =>
      ({ method: 'PUT', path: '/secrets/token', body: { namespace, value } }) as const;
    const records = [`namespace ${namespace}`, 'config level', 'secret token'];
    const running = (revision: number, image: string, replicas: number): Seen => {
      const value = revision < 3 ? 'hidden' : 'sealed';
      const given = `${revision === 1 ? 'old' : 'new'},${value},TOKEN=${value}`;
      return {
        ...nothing,
        deployments: [`web running ${replicas}`],
        containers: Array.from(
          { length: replicas },
          (_, slot) => `web ${slot} r${revision} ${image} running web,web.${namespace} ${given}`,
        ),
        networks: [namespace],
        records,
      };
    };
    return [
      { ...level('old'), end: { ...nothing, records: [`namespace ${namespace}`, 'config level'] } },
      { ...token('hidden'), end: { ...nothing, records } },
      { method: 'PUT', path: '/deployments/web', body: web(first, 1), end: running(1, first, 1) },
      { ...level('new'), end: running(2, first, 1) },
      { ...token('sealed'), end: running(3, first, 1) },
      { method: 'PATCH', path: '/deployments/web', body: { replicas: 2 }, end: running(3, first, 2) },
      { method: 'PUT', path: '/deployments/web', body: web(second, 2), end: running(4, second, 2) },
      { method: 'PATCH', path: '/deployments/web', body: { replicas: 1 }, end: running(4, second, 1) },
      { method: 'DELETE', path: '/deployments/web', end: { ...nothing, records } },
      { method: 'DELETE', path: `/namespaces/${namespace}?cascade=true`, end: nothing },
    ];
  },
};

/** A worker whose image is pulled holds a volume and most of the memory; what waits for that gets it when it goes, and what it left is cleared away. */
const gc: Chapter = {
  title: 'memory, volumes, namespaces and garbage collection',
  steps({ namespace, remoteImage, memoryBytes }) {
    const wanted = Math.floor(memoryBytes * 0.6);
    const volume = `${namespace}-data`;
    const greedy = {
      namespace,
      resources: { requests: { memory: String(wanted) } },
      ...terms,
    };
    const holder = { ...greedy, image: remoteImage, volumes: [`${volume}:/data`] };
    const runs = (id: string, image: string): Seen => ({
      ...nothing,
      deployments: [`${id} running 1`],
      containers: [`${id} 0 r1 ${image} running ${id},${id}.${namespace} `],
      networks: [namespace],
      records: [`namespace ${namespace}`, `volume ${volume}`],
    });
    const held = runs('holder', remoteImage);
    const [needed, free, whole] = [wanted, memoryBytes - wanted, memoryBytes].map(memoryText);
    const shortage = `needs ${needed} of memory, and ${free} of the host's ${whole} are free`;
    const moved = runs('waiter', first);
    return [
      {
        method: 'POST',
        path: '/volumes',
        body: { name: volume },
        end: { ...nothing, records: [`volume ${volume}`] },
        wasDone: isThere(`/volumes/${volume}`),
      },
      {
        method: 'PUT',
        path: '/deployments/holder',
        body: holder,
        end: held,
        isWaitedFor: true,
        pulls: true,
      },
      {
        method: 'PUT',
        path: '/deployments/waiter',
        body: { ...greedy, image: first },
        end: { ...held, deployments: [...held.deployments, `waiter insufficient_resources 0 ${shortage}`] },
        isHeld: true,
      },
      { method: 'DELETE', path: '/deployments/holder', end: moved, isWaitedFor: true },
      { method: 'POST', path: '/gc', end: moved },
      {
        method: 'DELETE',
        path: `/volumes/${volume}`,
        end: { ...moved, records: [`namespace ${namespace}`] },
      },
      { method: 'DELETE', path: `/namespaces/${namespace}?cascade=true`, end: nothing },
    ];
  },
};

/** All of them. */
export const chapters: readonly Chapter[] = [rollouts, dueJobs, jobTerms, gc];
