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
  const call = `ring() { curl -s -H "Authorization: Bearer $(cat ${token})" "${url}$@"; echo; }`;
  const lines = [
    ['The API is plain HTTP; the demo left its token in a file', call],
    ['What runs?', 'ring /deployments'],
    ['Kill the container: it comes back', `docker kill $(docker ps -q ${labels})`],
    ['The page again, and what happened', `curl http://127.0.0.1:${ports[0].published}/`],
    [undefined, `ring /deployments/${id}/events`],
    [undefined, `ring /deployments/${id}/logs`],
    ['Three more, then five, then none', 'ring /deployments --json @examples/crew.json'],
    [undefined, `ring /deployments/crew -X PATCH --json '{"replicas": 5}'`],
    [undefined, 'ring /deployments/crew -X DELETE'],
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
