/** Who is measured on an engine: the verbs that all of them know, each in its own way. The clock is engine-watch.ts. */
import type { JsonClient } from './json-http.ts';

/** One way to run N containers of one image. */
export interface Contender {
  readonly name: string;
  /** The engine that it works on. */
  readonly engine: JsonClient;
  /** The label that its containers carry. */
  readonly label: string;
  /** Asks for a group of so many; may resolve before they run. */
  up(count: number): Promise<void>;
  /** Asks for another number of a group that is up. */
  scale(from: number, to: number): Promise<void>;
  /** Asks for the group to be stopped and removed; may resolve before it is. */
  down(): Promise<void>;
  /** What it does when it hears that a container died; absent: it finds out by itself. */
  replace?(id: string, count: number): Promise<void>;
  /** When it says itself that so many run; absent: it says nothing. */
  saysRunning?(count: number): Promise<void>;
  /** Waits until it is ready for the next group. */
  settled?(): Promise<void>;
  close(): Promise<void>;
}

/** The image of every container: a shell that serves a page and ends at once on SIGTERM. */
export const image = 'ring-test:1';
/** Seconds that a process has to end, for all alike. */
export const graceSeconds = 10;
