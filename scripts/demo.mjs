// Decides what `npm run demo` shows: Ring keeping a container alive, and what to try next. It stays until Ctrl-C.
// --once ends when the workload runs (so does CI=true) · --remove takes away what the demo made
// --data DIR and --namespace NAME keep two demos apart
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeClient } from './demo-client.mjs';
import { findRunning, freePort, startServer } from './demo-server.mjs';
import { farewell, nextSteps, table } from './demo-words.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureImage } from './images.mjs';
import { ensureBuild, ensureDependencies, root } from './ready.mjs';
import { bold, dim, Plain, run, step } from './say.mjs';

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: process.env.CI === 'true' },
    remove: { type: 'boolean', default: false },
    data: { type: 'string', default: join(root, '.ring-demo') },
    namespace: { type: 'string', default: 'default' },
  },
});
const dataDir = resolve(options.data);

await run(async () => {
  console.log(`\n${bold('Ring')} ${dim('runs containers from declared deployments')}\n`);
  await ensureDependencies();
  const dockerHost = await ensureEngine();
  await ensureImage(dockerHost, 'ring-demo:1');
  await ensureBuild();
  const server = await serve(dockerHost);
  // From here on Ctrl-C means: end the server well.
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
  });
  try {
    const client = await makeClient(server.url);
    writeFileSync(join(dataDir, 'token'), client.token, { mode: 0o600 });
    const shown = show(client, server, interrupted).then(() => 'shown');
    const end = await Promise.race([shown, interrupted, server.ended.then(() => 'ended')]);
    if (end === 'ended') throw new Plain(`Ring ended by itself; its last words are in ${server.log}`);
  } finally {
    await server.stop();
  }
  if (options.remove) rmSync(dataDir, { recursive: true, force: true });
  else console.log(farewell());
});

async function serve(dockerHost) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const running = await findRunning(dataDir);
  if (running) throw new Plain(`The demo runs already, at ${running}: end it there with Ctrl-C first.`);
  return step('ring', async () => {
    const port = await freePort(3030);
    const server = await startServer({ dataDir, port, dockerHost });
    const other = port === 3030 ? '' : ' (port 3030 is taken)';
    return [`serves ${server.url}${other}, log in ${relative(process.cwd(), server.log)}`, server];
  });
}

async function show(client, server, interrupted) {
  if (options.once || !options.remove) {
    const deployment = await deploy(client);
    const page = await fetchPage(deployment.ports[0]);
    console.log(`\n${table(await client.list())}\n`);
    console.log(`  http://127.0.0.1:${deployment.ports[0].published} says: ${bold(page)}\n`);
    if (!options.once) {
      console.log(
        nextSteps({ url: server.url, token: relative(process.cwd(), join(dataDir, 'token')), deployment }),
      );
      await watch(client, Promise.race([interrupted, server.ended]));
    }
  }
  if (options.remove) await remove(client);
}

function deploy(client) {
  return step('deployment', async (note) => {
    const draft = JSON.parse(readFileSync(join(root, 'examples/hello.json'), 'utf8'));
    const id = `${draft.name}.${options.namespace}`;
    const known = await settled(client, id);
    if (!known) {
      const port = await freePort(8080);
      await client.create({ ...draft, namespace: options.namespace, ports: [`127.0.0.1:${port}:80`] });
    }
    const deployment = await untilRunning(client, id, note);
    return [`${deployment.name} is running${known ? ', as declared before' : ''}`, deployment];
  });
}

// One that is being deleted holds its name until its last container is gone.
async function settled(client, id) {
  for (;;) {
    const found = await client.read(id);
    if (found?.status !== 'deleted') return found;
    await wait(200);
  }
}

async function untilRunning(client, id, note) {
  const deadline = Date.now() + 60_000;
  let said = '';
  for (;;) {
    const found = await client.read(id);
    if (!found) throw new Plain(`${id} was deleted meanwhile.`);
    if (found.status === 'running') return found;
    const state = `${found.status}${found.status_reason ? `: ${found.status_reason}` : ''}`;
    if (Date.now() > deadline) throw new Plain(`${id} does not run yet, it is ${state}.`);
    if (state !== said) note(state);
    said = state;
    await wait(100);
  }
}

// Running means that the process runs; it may listen a moment later.
async function fetchPage({ published }) {
  for (let left = 50; ; left -= 1) {
    const reply = await fetch(`http://127.0.0.1:${published}/`).catch(() => undefined);
    if (reply?.ok) return /<h1>(.*)<\/h1>/.exec(await reply.text())?.[1] ?? 'something else';
    if (left === 0) throw new Plain(`Nothing answers on port ${published}.`);
    await wait(100);
  }
}

// Says what changes, so that a container killed in another terminal is seen to come back.
async function watch(client, end) {
  let over = false;
  end.then(() => {
    over = true;
  });
  let seen;
  while (!over) {
    const lines = await client.list().then(changeLines, () => undefined);
    if (seen && lines) for (const line of changes(seen, lines)) sayChange(line);
    seen = lines ?? seen;
    await Promise.race([wait(200), end]);
  }
}

function changeLines(list) {
  const line = ({ name, status, ready_replicas: ready, replicas, instances }) =>
    `${name}  ${status}  ${ready}/${replicas}  ${instances.map((id) => id.slice(0, 12)).join(' ')}`;
  return new Map(list.map((deployment) => [deployment.id, line(deployment)]));
}

function changes(before, after) {
  const changed = [...after].filter(([id, line]) => before.get(id) !== line).map(([, line]) => line);
  const gone = [...before.keys()].filter((id) => !after.has(id)).map((id) => `${id}  gone`);
  return [...changed, ...gone];
}

function sayChange(line) {
  console.log(`  ${dim(new Date().toLocaleTimeString('en-GB'))}  ${line.trimEnd()}`);
}

function remove(client) {
  return step('removing', async () => {
    const list = await client.list();
    for (const { id } of list) await client.remove(id);
    const deadline = Date.now() + 60_000;
    while ((await client.list()).length > 0) {
      if (Date.now() > deadline)
        throw new Plain('Some containers are still there after a minute; try once more.');
      await wait(100);
    }
    await client.reconcile();
    return [`${list.map(({ name }) => name).join(', ') || 'nothing'} gone`];
  });
}
