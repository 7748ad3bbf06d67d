/** GET /node/get: returns the current facts about the host and its engine. */
import * as v from 'valibot';
import type { Host } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { endpoint, reply } from '../endpoint.ts';

const node = v.object({
  hostname: v.string(),
  cpu_usage: v.number(),
  memory_usage: v.number(),
  disk_usage: v.number(),
  containers_running: v.number(),
  containers_total: v.number(),
  docker_version: v.string(),
  api_version: v.string(),
  cpu_count: v.number(),
  memory_total: v.number(),
});

/** The host that Ring runs on: usages in percent, memory_total in bytes. */
export interface Node extends v.InferOutput<typeof node> {}
/** Documents a {@link Node}. */
export const Node: v.GenericSchema<Node> = node;

/** Reads host and engine. ENGINE_UNAVAILABLE when the engine does not answer. */
export const readNode = endpoint({
  method: 'GET',
  path: '/node/get',
  scope: 'read',
  summary: 'Read what the node is and how busy it is',
  replies: { 200: Node },
  async handle(_input, ports: { host: Host; runtime: Pick<Runtime, 'facts'> }) {
    const [host, engine] = await Promise.all([ports.host.facts(), ports.runtime.facts()]);
    return reply(200, {
      hostname: host.hostname,
      cpu_usage: host.cpuUsage,
      memory_usage: host.memoryUsage,
      disk_usage: host.diskUsage,
      containers_running: engine.containersRunning,
      containers_total: engine.containersTotal,
      docker_version: engine.version,
      api_version: engine.apiVersion,
      cpu_count: host.cpuCount,
      memory_total: host.memoryTotalBytes,
    });
  },
});
