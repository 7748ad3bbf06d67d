/**
 * Which facts of a spec only one instance can hold, so that the old one must go before the new one comes. What the
 * order leads to is decided in core/reconcile.
 */
import { isOnHost } from '../container/options.ts';
import type { DeploymentSpec, Volume } from './spec.ts';

/** What of a spec is looked at. */
type Facts = Pick<DeploymentSpec, 'ports' | 'volumes' | 'update' | 'container'>;

/**
 * Why the old instance must go before the new one comes though that was not declared, in words; null when nothing
 * forces it. `start-first` overrules a volume and the host's network, never a port.
 */
export function forcedStopFirst(
  { ports, volumes, update, container }: Facts,
  replicas: number,
): string | null {
  if (update.order === 'stop-first') return null;
  const [port] = ports;
  if (port) {
    const host = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp;
    return `its host port ${host}:${port.published} can be held by one instance only`;
  }
  if (update.order !== null || replicas !== 1) return null;
  const way = 'set update.order to start-first where two may share it';
  // What listens there is not known; several replicas that run beside each other show that they do not collide.
  if (isOnHost({ container })) return `on the host's network one instance only can hold a port; ${way}`;
  const volume = volumes.find(isWritten);
  if (!volume) return null;
  return `${named(volume)} is written by one instance only; ${way}`;
}

/** Whether the new instance starts first or the old one stops first: as declared, unless something forces it. */
export const orderOf = (spec: Facts, replicas: number): 'start-first' | 'stop-first' =>
  forcedStopFirst(spec, replicas) === null ? (spec.update.order ?? 'start-first') : 'stop-first';

/** Whether it outlives an instance and may be changed by it: memory and anonymous volumes are each instance's own. */
const isWritten = ({ type, source, permission }: Volume): boolean =>
  type !== 'tmpfs' && source !== '' && permission === 'rw';

const named = ({ type, source }: Volume): string =>
  type === 'bind' ? `the host path ${source}` : `the volume ${source}`;
