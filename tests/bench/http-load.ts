/** One server under load for some seconds: how much it answered, and what that cost its processor. */
import { type Child, runToEnd, startChild } from './child.ts';
import { field } from './json-http.ts';
import { listening, portOf } from './ring-server.ts';

/** Something to put under load. */
export interface Server {
  readonly key: string;
  readonly child: Child;
  readonly path: string;
  readonly authorization?: string;
}

/** What a load showed. */
export interface Loaded {
  readonly perSecond: number;
  /** Processor time of the server for one request, in microseconds; NaN where the kernel does not tell. */
  readonly cpuMicros: number;
}

/** Keeps 64 connections busy; rejects when a request was refused. */
export const load = async ({ child, path, authorization }: Server, seconds: number): Promise<Loaded> => {
  const url = `http://127.0.0.1:${portOf(child)}${path}`;
  const args = ['.cache/bench/load.js', url, String(seconds), ...(authorization ? [authorization] : [])];
  const cpuBefore = child.cpuMs();
  const result: unknown = JSON.parse(await runToEnd({ program: process.execPath, args }));
  if (field(result, 'failed') !== 0) throw new Error(`${url}: ${field(result, 'failed')} requests failed`);
  const cpuMicros = ((child.cpuMs() - cpuBefore) * 1000) / Number(field(result, 'answered'));
  return { perSecond: Number(field(result, 'perSecond')), cpuMicros };
};

/** Starts the measuring stick, with a short answer or the one in a file. */
export const startBare = (file?: string): Promise<Child> => {
  const args = ['.cache/bench/bare-server.js', ...(file === undefined ? [] : [file])];
  return startChild({ program: process.execPath, args }, listening);
};
