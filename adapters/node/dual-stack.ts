/**
 * Determines whether a socket on `::` also accepts IPv4, as servers of Node and Go do by default: the kernel's tables
 * do not show it. A port in use cannot be bound again, so it is bound for a moment.
 */
import { createServer } from 'node:net';

/**
 * Whether an IPv4 port of this machine is in use. False when that cannot be determined: for ports below 1024 without
 * the permission to bind them.
 */
export const isHeld = (port: number, protocol: 'tcp' | 'udp'): Promise<boolean> =>
  protocol === 'tcp' ? isHeldByServer(port) : isHeldBySocket(port);

const address = '127.0.0.1';

const isHeldByServer = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => resolve(isInUse(error)));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(false)));
  });

const isHeldBySocket = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    // Loaded only here: a server whose deployments publish no UDP ports never needs it.
    const socket = process.getBuiltinModule('node:dgram').createSocket('udp4');
    socket.once('error', (error) => socket.close(() => resolve(isInUse(error))));
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(false)));
  });

const isInUse = (error: Error): boolean => 'code' in error && error.code === 'EADDRINUSE';
