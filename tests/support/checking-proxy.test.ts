/**
 * Tests the proxy between the command and its server: it changes nothing, and records replies that do not match the
 * document.
 */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openCheckingProxy } from './checking-proxy.ts';

const proxyTo = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return openCheckingProxy(() => `http://127.0.0.1:${port}`);
};

const json = { 'content-type': 'application/json', 'x-request-id': 'one' };
const stream = { 'content-type': 'text/event-stream', 'x-request-id': 'one' };

test('a reply that is as described passes as it is', async () => {
  const proxy = await proxyTo((_, answer) => answer.writeHead(200, json).end('{"state":"UP"}'));
  const answer = await fetch(`${proxy.url}/healthz`);
  expect([answer.status, answer.headers.get('x-request-id'), await answer.json()]).toEqual([
    200,
    'one',
    { state: 'UP' },
  ]);
  expect(proxy.checked()).toBe(1);
  await proxy.close();
});

test('a reply with a member that nobody described passes too, and is named at the end', async () => {
  const proxy = await proxyTo((_, answer) => answer.writeHead(200, json).end('{"state":"UP","more":1}'));
  expect(await (await fetch(`${proxy.url}/healthz`)).json()).toEqual({ state: 'UP', more: 1 });
  await expect(proxy.close()).rejects.toThrow('GET /healthz answered 200, not as described');
});

test('an event comes before its stream ends, and one that is not as described is named at the end', async () => {
  const answers: ServerResponse[] = [];
  const proxy = await proxyTo((_, answer) => {
    answers.push(answer);
    answer.writeHead(200, stream).write('data: {"odd":1}\n\n');
  });
  const reader = (await fetch(`${proxy.url}/deployments/web/events?follow=true`)).body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('data: {"odd":1}\n\n');
  answers[0]?.end();
  expect(await reader?.read()).toMatchObject({ done: true });
  await expect(proxy.close()).rejects.toThrow('An event is not as described');
});

test('a server that is not there is a connection that ends', async () => {
  const proxy = await openCheckingProxy(() => 'http://127.0.0.1:1');
  await expect(fetch(`${proxy.url}/healthz`)).rejects.toThrow();
  await proxy.close();
});
