/**
 * Which facts of a spec only one instance can hold, so that the old one must go before the new one comes. What the
 * order leads to is decided in core/reconcile.
 */
import type { DeploymentSpec, Volume } from './spec.ts';

/**
 * Why the old instance must go before the new one comes though that was not declared, in words; null when nothing
 * forces it. `start-first` overrules a volume, never a port.
 */
export function forcedStopFirst(
  { ports, volumes, update }: Pick<DeploymentSpec, 'ports' | 'volumes' | 'update'>,
  replicas: number,
): string | null {
  if (update.order === 'stop-first') return null;
  const [port] = ports;
  if (port) {
    const host = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp;
    return `its host port ${host}:${port.published} can be held by one instance only`;
  }
  if (update.order !== null || replicas !== 1) return null;
  const volume = volumes.find(isWritten);
  if (!volume) return null;
  const way = 'set update.order to start-first where two may share it';
  return `${named(volume)} is written by one instance only; ${way}`;
}

/** Whether the new instance starts first or the old one stops first: as declared, unless something forces it. */
export const orderOf = (
  spec: Pick<DeploymentSpec, 'ports' | 'volumes' | 'update'>,
  replicas: number,
): 'start-first' | 'stop-first' =>
  forcedStopFirst(spec, replicas) === null ? (spec.update.order ?? 'start-first') : 'stop-first';

/** Whether it outlives an instance and may be changed by it: memory and anonymous volumes are each instance's own. */
const isWritten = ({ type, source, permission }: Volume): boolean =>
  type !== 'tmpfs' && source !== '' && permission === 'rw';

const named = ({ type, source }: Volume): string =>
  type === 'bind' ? `the host path ${source}` : `the volume ${source}`;
