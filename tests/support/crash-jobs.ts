/** The chapters of the crash script about jobs: their dependencies, their schedules and their options. */
import { type Chapter, crashImages, isThere, nothing, type Seen } from './crash-script.ts';

const [image] = crashImages;

/** A job that fails at first, one that waits for it, one more run by hand, and one that is due once. */
export const dueJobs: Chapter = {
  title: 'jobs, dependencies and a schedule',
  steps({ runs: folder, namespace }) {
    const job = {
      kind: 'job',
      image,
      namespace,
      command: ['sh', '-c', 'echo run >> /runs/it; [ -e /runs/tried ] || { touch /runs/tried; exit 1; }'],
      volumes: [`${folder}:/runs`],
      retries: 1,
      concurrency: 'allow',
    };
    const byHand = { command: ['sh', '-c', 'echo by hand >> /runs/asked'] };
    const writes = (file: string) => ({
      ...job,
      command: ['sh', '-c', `echo ${file} >> /runs/${file}`],
      retries: 0,
    });
    const later = { ...writes('later'), depends_on: [{ name: 'once', condition: 'completed' }] };
    const records = [`namespace ${namespace}`];
    const waiting: Seen = {
      ...nothing,
      records,
      deployments: ['later pending 0 waits for once to complete (once does not exist)'],
    };
    const once: Seen = {
      deployments: ['later completed 1', 'once completed 1'],
      containers: [
        `later 0 r1 ${image} exited - `,
        `once 0 r1 ${image} exited - `,
        `once 0 r1 try 2 ${image} exited - `,
      ],
      networks: [namespace],
      records,
      runs: 'run\nrun\nlater\n',
    };
    const asked: Seen = {
      ...once,
      containers: [...once.containers, `once 1000 r1 ${image} exited - `],
      runs: 'run\nrun\nby hand\nlater\n',
    };
    const runs = `${asked.runs}due\n`;
    const all: Seen = {
      ...asked,
      deployments: ['due completed 1', ...asked.deployments],
      containers: [`due 0 r1 ${image} exited - `, ...asked.containers],
      runs,
    };
    return [
      { method: 'PUT', path: '/deployments/later', body: later, end: waiting, isHeld: true },
      { method: 'PUT', path: '/deployments/once', body: job, end: once },
      {
        method: 'POST',
        path: '/deployments/once/runs',
        body: byHand,
        end: asked,
        isWaitedFor: true,
        wasDone: async (ring) => (await ring.call('GET', '/deployments/once/runs')).body.length > 1,
      },
      {
        method: 'PUT',
        path: '/deployments/due',
        body: () => ({ ...writes('due'), schedule: soon() }),
        end: all,
        isWaitedFor: true,
        wasDone: isThere('/deployments/due'),
      },
      { method: 'DELETE', path: '/deployments/due', end: { ...asked, runs } },
      { method: 'DELETE', path: '/deployments/later', end: { ...withoutLater(asked), runs } },
      {
        method: 'DELETE',
        path: '/deployments/once',
        end: { ...nothing, records, runs },
        isWaitedFor: true,
      },
      { method: 'DELETE', path: `/namespaces/${namespace}`, end: { ...nothing, runs } },
    ];
  },
};

const withoutLater = (seen: Seen): Seen => ({
  ...seen,
  deployments: seen.deployments.filter((line) => !line.startsWith('later ')),
  containers: seen.containers.filter((line) => !line.startsWith('later ')),
});

/** A schedule that is due within two seconds, and then not for a year. */
const soon = (): string => {
  const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
  const [second, minute, hour] = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()];
  return `${second} ${minute} ${hour} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
};

// Ends by SIGTERM, as the first process of a container does only where it handles that.
const endless = ['sh', '-c', 'trap "exit 5" TERM; sleep 600 & wait'];

// Each part counts how many run beside it.
const parted = [
  'mkdir /runs/in-$HOSTNAME',
  '[ $(ls -d /runs/in-* | wc -l) -le 2 ] || echo crowd >> /runs/crowd',
  'sleep 0.3',
  'rmdir /runs/in-$HOSTNAME',
  'echo part >> /runs/many',
].join('; ');

/** Three parts of which two run at once, containers that go by age, a timeout, a run that is cancelled, all in a namespace that goes as a whole. */
export const jobTerms: Chapter = {
  title: 'terms of jobs',
  steps({ runs: folder, namespace }) {
    const job = { kind: 'job', image, namespace, volumes: [`${folder}:/runs`] };
    const brief = { ...job, command: ['sh', '-c', 'echo brief >> /runs/brief'], ttl_after_finished: '1s' };
    const many = { ...job, command: ['sh', '-c', parted], completions: 3, parallelism: 2 };
    const briefEnd: Seen = {
      ...nothing,
      deployments: ['brief completed 1'],
      networks: [namespace],
      records: [`namespace ${namespace}`],
      runs: 'brief\n',
    };
    const manyEnd: Seen = {
      ...briefEnd,
      deployments: [...briefEnd.deployments, 'many completed 3'],
      containers: [0, 1, 2].map((part) => `many ${part} r1 ${image} exited - `),
      runs: 'part\npart\npart\nbrief\n',
    };
    const slowEnd: Seen = {
      ...manyEnd,
      deployments: [...manyEnd.deployments, 'slow failed 0 it took longer than its timeout of 2s'],
      containers: [...manyEnd.containers, `slow 0 r1 ${image} exited - `],
    };
    const withEndless = (status: string, state: string): Seen => ({
      ...slowEnd,
      deployments: [
        ...briefEnd.deployments,
        `endless ${status}`,
        ...slowEnd.deployments.slice(briefEnd.deployments.length),
      ],
      containers: [`endless 0 r1 ${image} ${state} `, ...slowEnd.containers],
    });
    return [
      { method: 'PUT', path: '/deployments/brief', body: brief, end: briefEnd, isWaitedFor: true },
      { method: 'PUT', path: '/deployments/many', body: many, end: manyEnd, isWaitedFor: true },
      {
        method: 'PUT',
        path: '/deployments/slow',
        body: { ...job, command: endless, timeout: '2s' },
        end: slowEnd,
      },
      {
        method: 'PUT',
        path: '/deployments/endless',
        body: { ...job, command: endless },
        end: withEndless('running 1', `running endless,endless.${namespace}`),
        isWaitedFor: true,
      },
      {
        method: 'POST',
        path: '/deployments/endless/runs/1/cancel',
        end: withEndless('failed 0 run 1 was ended: cancelled by admin', 'exited -'),
      },
      {
        method: 'DELETE',
        path: `/namespaces/${namespace}?cascade=true`,
        end: { ...nothing, runs: manyEnd.runs },
      },
    ];
  },
};
