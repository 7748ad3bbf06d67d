// Decides the words of the demo: the table, what to try next, the farewell.
import { spawnSync } from 'node:child_process';
import { bold, dim } from './say.mjs';

/** Deployments as columns. */
export function table(deployments) {
  const rows = deployments.map(({ name, namespace, status, ready_replicas: ready, replicas, instances }) => [
    name,
    namespace,
    status,
    `${ready}/${replicas}`,
    instances.map((id) => id.slice(0, 12)).join(' '),
  ]);
  const head = ['NAME', 'NAMESPACE', 'STATUS', 'READY', 'CONTAINERS'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] + 2)).join('')}`.trimEnd();
  return [dim(line(head)), ...rows.map(line)].join('\n');
}

/** The commands to try, with the addresses of this demo. */
export function nextSteps({ url, token, deployment }) {
  const { id, name, namespace, ports } = deployment;
  const labels = `-f label=ring.name=${name} -f label=ring.namespace=${namespace}`;
  const lines = [
    ['Whom to ask, and as whom', `export RING_URL=${url} RING_TOKEN=$(cat ${token})`],
    ['What runs?', 'npx ring get deployments'],
    ['Kill the container: it comes back', `docker kill $(docker ps -q ${labels})`],
    ['The page again, and what happened', `curl http://127.0.0.1:${ports[0].published}/`],
    [undefined, `npx ring events ${id}`],
    [undefined, `npx ring logs ${id}`],
    ['Three more, then five, then none', 'npx ring apply -f examples/crew.yaml --wait'],
    [undefined, 'npx ring scale crew=5'],
    [undefined, 'npx ring delete deployment crew'],
    ['The API behind it, to read and to try', `${url}/docs`],
  ];
  const missing = ['curl', 'docker'].filter((program) => spawnSync(program, ['--version']).error);
  const hint = missing.length > 0 ? `\n  ${dim(`(not on this machine: ${missing.join(', ')})`)}\n` : '';
  const body = lines.map(([what, how]) => `${what ? `  ${dim(`# ${what}`)}\n` : ''}  ${how}`).join('\n');
  return `${bold('Try in another terminal:')}\n${hint}\n${body}\n\n${bold('Ctrl-C')} ends Ring. Changes show here:\n`;
}

/** What a person should know when the server has ended. */
export function farewell() {
  return [
    `\n${bold('Ring has ended; the containers it started live on.')}`,
    `  Take care of them again   npm run demo`,
    `  Remove them               npm run demo -- --remove\n`,
  ].join('\n');
}
