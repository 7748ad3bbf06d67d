/** Processes that are measured from outside: started until they say a line, weighed, ended by their own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { secondsSince } from './figures.ts';

/** What to start. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that has said that it is ready. */
export interface Child {
  /** From the start of the process to the line that says it is ready. */
  readonly startMs: number;
  /** The line. */
  readonly line: string;
  /** Resident memory now, in MB (10^6 bytes); NaN where the kernel does not tell. */
  residentMb(): number;
  /** User and system time so far, in ms; NaN where the kernel does not tell. */
  cpuMs(): number;
  /** Asks it to end and waits until it has. */
  end(): Promise<void>;
}

// Settings of whoever runs the benchmark are not what is measured.
const environment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RING_|DOCKER_|NODE_)/.test(name)));

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** Starts a program and waits for a line that matches; rejects with what it said instead. */
export const startChild = ({ program, args, env }: Command, ready: RegExp): Promise<Child> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, [...args], {
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A benchmark that breaks off leaves nothing running.
    const abandon = (): void => void child.kill();
    process.once('exit', abandon);
    const said: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
    child.once('error', reject);
    child.once('exit', () => process.off('exit', abandon));
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}:\n${said.join('')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!ready.test(line)) return;
      resolve({
        startMs: secondsSince(began) * 1000,
        line,
        residentMb: () => residentMb(child.pid),
        cpuMs: () => cpuMs(child.pid),
        async end() {
          child.kill('SIGTERM');
          await ended(child);
        },
      });
    });
  });

/** Runs a program to its end and returns what it printed; rejects when it fails. */
export const runToEnd = ({ program, args, env }: Command): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out.join(''));
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${err.join('')}`));
    });
  });

const residentMb = (pid: number | undefined): number => {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readProc(`${pid}/status`))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
};

// Fields 14 and 15 of stat, counted after the name in brackets, in ticks of 10 ms.
const cpuMs = (pid: number | undefined): number => {
  const fields = readProc(`${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const readProc = (path: string): string => {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
};
