/** A listener that is loaded when it is needed: who waits for it, and what becomes of them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { makeLazyListener } from '../../../adapters/node/lazy-listener.ts';
import type { NodeListener } from '../../../adapters/node/listener.ts';
import type { Log } from '../../../core/ports.ts';

async function serve(open: () => Promise<NodeListener>) {
  const errors: string[] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message) => void errors.push(message),
  };
  const listener = makeLazyListener(open, log);
  const server = createServer(listener.listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { listener, url, errors };
}

const echo: NodeListener = (request, response) => void request.pipe(response);

it('answers whoever came before it was loaded, body and all, and loads once', async () => {
  let loads = 0;
  const { url, listener } = await serve(async () => {
    loads += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return echo;
  });
  const ask = (body: string) => fetch(url, { method: 'POST', body }).then((answer) => answer.text());
  listener.load();
  expect(await Promise.all(['one', 'two', 'three'].map(ask))).toEqual(['one', 'two', 'three']);
  expect([await ask('four'), loads]).toEqual(['four', 1]);
});

it('loads with the first request where nobody asked it to', async () => {
  const { url } = await serve(async () => echo);
  expect(await (await fetch(url, { method: 'POST', body: 'one' })).text()).toBe('one');
});

it('cuts the connection when it cannot be loaded, and says so', async () => {
  const { url, errors } = await serve(() => Promise.reject(new Error('gone')));
  await expect(fetch(url)).rejects.toThrow();
  expect(errors).toEqual(['The request handlers could not be loaded']);
});
