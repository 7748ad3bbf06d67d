/** Who listens on this machine is read off the kernel's tables: real listeners, and tables written by hand. */
import { createSocket } from 'node:dgram';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { makeListeners } from '../../../adapters/node/listeners.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(host: string, options: { readonly ipv6Only?: boolean } = {}): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host, ...options }, resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens nowhere');
  return address.port;
}

/** The tables of this machine, in a folder in which a bridge is to be seen. */
async function here() {
  const proc = await folder();
  await mkdir(join(proc, 'net'));
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6'])
    await symlink(`/proc/net/${table}`, join(proc, 'net', table));
  await writeFile(join(proc, 'net/dev'), devices);
  await symlink('/proc/self', join(proc, String(process.pid)));
  return makeListeners({ proc });
}

const devices = 'Inter-|   Receive\n face |bytes\n    lo: 1 2\n docker0: 3 4\n';

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['::1', '::1'],
])('hears a server on %s, and names its program', async (host, hostIp) => {
  const port = await listen(host);
  const found = await (await here()).on([port]);
  expect(found).toEqual([{ hostIp, published: port, protocol: 'tcp', program: expect.stringMatching(/./) }]);
});

it('hears a server on :: under IPv4 too, unless it takes IPv6 only', async () => {
  const [both, six] = [await listen('::'), await listen('::', { ipv6Only: true })];
  const listeners = await here();
  const program = expect.stringMatching(/./);
  const at = (published: number, hostIp: string) => ({ hostIp, published, protocol: 'tcp', program });
  expect(await listeners.on([both])).toEqual([at(both, '::'), at(both, '0.0.0.0')]);
  expect(await listeners.on([six])).toEqual([at(six, '::')]);
});

it('hears a socket on :: that datagrams of IPv4 are sent to, unless it takes IPv6 only', async () => {
  const heard = async (ipv6Only: boolean) => {
    const socket = createSocket({ type: 'udp6', ipv6Only });
    await new Promise<void>((resolve) => socket.bind(0, '::', resolve));
    closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    const found = await (await here()).on([socket.address().port]);
    return found?.map(({ hostIp }) => hostIp);
  };
  expect([await heard(false), await heard(true)]).toEqual([['::', '0.0.0.0'], ['::']]);
});

it('hears a socket that datagrams are sent to', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  const { port } = socket.address();
  expect(await (await here()).on([port])).toMatchObject([
    { hostIp: '127.0.0.1', published: port, protocol: 'udp' },
  ]);
});

it('hears nobody where nobody listens', async () => {
  const port = await listen('127.0.0.1');
  await closers.pop()?.();
  expect(await (await here()).on([port])).toEqual([]);
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ring-proc-'));
  closers.push(() => rm(path, { recursive: true }));
  return path;
}

it('reads addresses of both families, and passes over who does not listen', async () => {
  const proc = await folder();
  await mkdir(join(proc, 'net'));
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const line = (local: string, state: string) => `   0: ${local} 00000000:0000 ${state} 0:0 0:0 0 0 0 4711 1`;
  const four = [line('0100007F:1F90', '0A'), line('0100007F:1F90', '01'), 'nonsense'];
  const six = [
    line('00000000000000000000000001000000:1F90', '0A'),
    line('0000000000000000FFFF00000100007F:1F90', '0A'),
    line('B80D01200000000000000000010000FE:1F90', '0A'),
  ];
  await writeFile(join(proc, 'net/dev'), devices);
  await writeFile(join(proc, 'net/tcp'), [head, ...four, ''].join('\n'));
  await writeFile(join(proc, 'net/tcp6'), [head, ...six, ''].join('\n'));
  const found = await makeListeners({ proc }).on([8080]);
  const one = { published: 8080, protocol: 'tcp', program: null };
  expect(found).toEqual([
    { ...one, hostIp: '127.0.0.1' },
    { ...one, hostIp: '::1' },
    { ...one, hostIp: '127.0.0.1' },
    { ...one, hostIp: '2001:db8::fe00:1' },
  ]);
});

it('leaves out who listens for a container of the engine', async () => {
  const proc = await folder();
  await mkdir(join(proc, 'net'));
  await writeFile(join(proc, 'net/dev'), devices);
  const line = '   0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 4711 1';
  await writeFile(join(proc, 'net/tcp'), ['head', line].join('\n'));
  await mkdir(join(proc, '77/fd'), { recursive: true });
  await symlink('socket:[4711]', join(proc, '77/fd/3'));
  const heardFrom = async (program: string) => {
    await writeFile(join(proc, '77/comm'), `${program}\n`);
    return (await makeListeners({ proc }).on([8080]))?.map((one) => one.program);
  };
  expect([await heardFrom('nginx'), await heardFrom('docker-proxy')]).toEqual([['nginx'], []]);
});

it('sees nothing where there are no tables, and where no bridge of an engine is to be seen', async () => {
  const proc = await folder();
  expect(await makeListeners({ proc }).on([8080])).toBeNull();
  await mkdir(join(proc, 'net'));
  await writeFile(join(proc, 'net/dev'), devices);
  expect(await makeListeners({ proc }).on([8080])).toBeNull();
  await writeFile(join(proc, 'net/tcp'), '');
  expect(await makeListeners({ proc }).on([8080])).toEqual([]);
  await writeFile(join(proc, 'net/dev'), devices.replace('docker0', 'eth0'));
  expect(await makeListeners({ proc }).on([8080])).toBeNull();
});
