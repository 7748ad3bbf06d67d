/** Defines all counters by name. The wrappers beside this file increment them. */
import { makeCounter, makeSpread } from './tally.ts';

const fast = [0.005, 0.025, 0.1, 0.5, 2.5, 10];
const slow = [0.01, 0.05, 0.25, 1, 5, 20, 60];

/** Makes all counters at 0. */
export const makeCounters = () => ({
  requests: makeCounter({
    name: 'ring_http_requests_total',
    help: 'Requests answered, by method, path pattern and status.',
    labels: ['method', 'route', 'status'],
  }),
  requestTimes: makeSpread(
    {
      name: 'ring_http_request_duration_seconds',
      help: 'Time until a reply began.',
      labels: ['method', 'route'],
    },
    fast,
  ),
  streamsOpen: makeCounter({
    name: 'ring_streams_open',
    help: 'Streams and waiting requests that are open now.',
    labels: ['kind'],
  }),
  streamsRefused: makeCounter({
    name: 'ring_streams_refused_total',
    help: 'Streams and waiting requests that were refused for lack of a free place.',
    labels: ['kind'],
  }),
  calls: makeCounter({
    name: 'ring_engine_calls_total',
    help: 'Calls to the engine, by operation.',
    labels: ['operation'],
  }),
  callErrors: makeCounter({
    name: 'ring_engine_errors_total',
    help: 'Failed calls to the engine, by operation and kind of error.',
    labels: ['operation', 'kind'],
  }),
  callTimes: makeSpread(
    {
      name: 'ring_engine_call_duration_seconds',
      help: 'Time until the engine had answered.',
      labels: ['operation'],
    },
    slow,
  ),
  ticks: makeCounter({
    name: 'ring_ticks_total',
    help: 'Passes of the reconciler, by how they ended; busy: another process held the lease.',
    labels: ['outcome'],
  }),
  tickTimes: makeSpread(
    { name: 'ring_tick_duration_seconds', help: 'Time that passes of the reconciler took.', labels: [] },
    slow,
  ),
  restarts: makeCounter({
    name: 'ring_restarts_total',
    help: 'Observed restarts of containers, by any cause.',
    labels: [],
  }),
  rollouts: makeCounter({
    name: 'ring_rollouts_total',
    help: 'Rollouts that began and ended, by outcome.',
    labels: ['outcome'],
  }),
  runs: makeCounter({ name: 'ring_runs_total', help: 'Runs of jobs, by outcome.', labels: ['outcome'] }),
  removed: makeCounter({
    name: 'ring_gc_removed_total',
    help: 'Objects that garbage collection removed, by kind.',
    labels: ['kind'],
  }),
  notRemoved: makeCounter({
    name: 'ring_gc_failures_total',
    help: 'Objects that garbage collection failed to remove, by kind.',
    labels: ['kind'],
  }),
  freedBytes: makeCounter({
    name: 'ring_gc_freed_bytes_total',
    help: 'Bytes that garbage collection freed, where known.',
    labels: [],
  }),
});

/** All counters by name. */
export type Counters = ReturnType<typeof makeCounters>;
