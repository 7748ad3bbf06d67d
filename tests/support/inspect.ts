/** Queries about containers on an engine, for tests that check the engine independently of Ring. */
import type Docker from 'dockerode';
import { until } from './until.ts';

/** Ids of listed containers that run, in order. */
export const runningIds = (containers: readonly Docker.ContainerInfo[]): string[] =>
  containers
    .filter(({ State }) => State === 'running')
    .map(({ Id }) => Id)
    .sort();

/** The id of a deployment's container in a slot. */
export const inSlot = (containers: readonly Docker.ContainerInfo[], slot: number): string => {
  const found = containers.filter(({ Labels }) => Labels['ring.slot'] === String(slot));
  if (found.length !== 1) throw new Error(`Slot ${slot} holds ${found.length} containers`);
  return found[0]?.Id ?? '';
};

/** What a command prints within a running container. */
export const inside = async (docker: Docker, id: string, command: readonly string[]): Promise<string> => {
  const exec = await docker
    .getContainer(id)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise((resolve) => stream.on('end', resolve));
  return text.replaceAll('\r\n', '\n').trim();
};

/** Waits until a container runs that began after it was looked at before. */
export const untilRunsAnew = async (docker: Docker, id: string, startedAt: string): Promise<void> => {
  await until(
    async () => (await docker.getContainer(id).inspect()).State,
    (state) => state.Running && !state.Restarting && state.StartedAt !== startedAt,
    { what: `a new run of ${id.slice(0, 12)}` },
  );
};

/** What fills the slots of a deployment: `<slot> <state>`, in order. */
export const shapeOf = (containers: readonly Docker.ContainerInfo[]): string[] =>
  containers.map(({ Labels, State }) => `${Labels['ring.slot']} ${State}`).sort();

/** The shape of so many replicas that run, and of nothing beside them. */
export const running = (replicas: number): string[] =>
  Array.from({ length: replicas }, (_, slot) => `${slot} running`).sort();
