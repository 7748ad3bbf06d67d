/**
 * Decides which parts of a spec only one instance can hold at a time, so that the old instance must stop before the new
 * one starts. core/reconcile applies the order.
 */
import { isOnHost } from '../container/options.ts';
import type { DeploymentSpec, Volume } from './spec/spec.ts';

/** The parts of a spec that matter here. */
type Facts = Pick<DeploymentSpec, 'ports' | 'volumes' | 'update' | 'container'>;

/**
 * Explains why the old instance must stop before the new one starts although that was not declared; null when nothing
 * requires it. `start-first` overrides a volume and the host's network, never a port.
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
  // The ports used on the host's network are unknown; several replicas that run side by side show that they do not
  // collide.
  if (isOnHost({ container })) return `on the host's network one instance only can hold a port; ${way}`;
  const volume = volumes.find(isWritten);
  if (!volume) return null;
  return `${named(volume)} is written by one instance only; ${way}`;
}

/** Returns the update order: as declared, unless something forces `stop-first`. */
export const orderOf = (spec: Facts, replicas: number): 'start-first' | 'stop-first' =>
  forcedStopFirst(spec, replicas) === null ? (spec.update.order ?? 'start-first') : 'stop-first';

/**
 * Whether a mount outlives an instance and the instance can write to it; memory and anonymous volumes belong to one
 * instance.
 */
const isWritten = ({ type, source, permission }: Volume): boolean =>
  type !== 'tmpfs' && source !== '' && permission === 'rw';

const named = ({ type, source }: Volume): string =>
  type === 'bind' ? `the host path ${source}` : `the volume ${source}`;
