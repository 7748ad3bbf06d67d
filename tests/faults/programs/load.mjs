// Calls a service over and over until a file says stop, and keeps account of it in another: clients that resolve the
// name and connect for each request, and clients that keep their connection. One argument: the URL.
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

const url = process.argv[2];
const hungAfterMs = 10_000;
const pauseMs = 10;
const clients = 8;
const kinds = ['fresh', 'kept'];
const account = Object.fromEntries(
  kinds.map((kind) => [kind, { answered: 0, failed: 0, hung: 0, slowestMs: 0, faults: {}, revisions: {} }]),
);

/** One request: what it was answered with. Rejects when it failed; `HUNG` when nothing came. */
function ask(agent) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => {
        clearTimeout(timer);
        if (answer.statusCode === 200) resolve(text);
        else reject(Object.assign(new Error(), { code: String(answer.statusCode) }));
      });
      answer.on('error', reject);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(), { code: 'HUNG' }));
      request.destroy();
    }, hungAfterMs);
  });
}

async function client(kind) {
  const count = account[kind];
  const agent = kind === 'kept' ? new Agent({ keepAlive: true, maxSockets: 1 }) : false;
  while (!existsSync('/out/stop')) {
    const began = performance.now();
    try {
      const revision = await ask(agent);
      count.answered += 1;
      count.revisions[revision] = (count.revisions[revision] ?? 0) + 1;
    } catch (error) {
      const fault = error.code ?? error.message;
      if (fault === 'HUNG') count.hung += 1;
      else count.failed += 1;
      count.faults[fault] = (count.faults[fault] ?? 0) + 1;
      console.log(new Date().toISOString(), kind, fault, error.message);
    }
    count.slowestMs = Math.max(count.slowestMs, Math.round(performance.now() - began));
    await wait(pauseMs);
  }
}

function write(isOver) {
  writeFileSync('/out/account.new', JSON.stringify({ ...account, isOver }));
  renameSync('/out/account.new', '/out/account.json');
}

process.on('SIGTERM', () => process.exit(0));
const writing = setInterval(() => write(false), 200);
await Promise.all(kinds.flatMap((kind) => Array.from({ length: clients }, () => client(kind))));
clearInterval(writing);
write(true);
setInterval(() => undefined, 60_000);
