/** Holds the Docker adapter to the contract of the Runtime port, on a real engine. */
import { runtimeContract } from '../contracts/runtime.ts';
import { freePort, openDockerWorld } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';

// Ends with the code that a file names, and says what another one holds: both written by exec.
const script = `trap 'exit 143' TERM
while :; do
  [ -f /tmp/exit ] && exit "$(cat /tmp/exit)"
  [ -f /tmp/say ] && cat /tmp/say && rm /tmp/say
  sleep 0.05
done`;

runtimeContract('the Docker runtime', async () => {
  const image = await ensureTestImage();
  const { docker, runtime, namespace, close } = openDockerWorld();
  const inside = async (id: string, command: string): Promise<void> => {
    const exec = await docker.getContainer(id).exec({ Cmd: ['sh', '-c', command], AttachStdout: true });
    const stream = await exec.start({});
    await new Promise((resolve) => stream.on('end', resolve).resume());
  };
  const strangers: string[] = [];
  const volumes: string[] = [];
  return {
    runtime,
    image,
    namespace,
    command: ['sh', '-c', script],
    missingCommand: 'no-such-command',
    missingPath: '/no/such/path/on/this/host',
    programs: {
      talking: ['sh', '-c', 'echo out; sleep 0.1; echo err >&2; exit 3'],
      slow: ['sleep', '60'],
    },
    freePort: await freePort(),
    exit: (id, exitCode) => inside(id, `echo ${exitCode} > /tmp/exit.new; mv /tmp/exit.new /tmp/exit`),
    async pause(id) {
      await docker.getContainer(id).pause();
    },
    async occupy(name) {
      strangers.push((await docker.createContainer({ name, Image: image })).id);
    },
    async addVolume(Name) {
      volumes.push(Name);
      await docker.createVolume({ Name });
    },
    async dropNetwork(dropped) {
      const network = docker.getNetwork(`ring_${dropped}`);
      const containers = Object.keys((await network.inspect()).Containers ?? {});
      for (const Container of containers) await network.disconnect({ Container, Force: true });
      await network.remove();
    },
    async leave(id) {
      await docker.getNetwork(`ring_${namespace}`).disconnect({ Container: id, Force: true });
    },
    async rejoin(id, Aliases) {
      const network = docker.getNetwork(`ring_${namespace}`);
      await network.disconnect({ Container: id, Force: true });
      await network.connect({ Container: id, EndpointConfig: { Aliases: [...Aliases] } });
    },
    async lookup(id, name) {
      const { output } = await runtime.exec(id, { command: ['nslookup', name], timeoutMs: 10_000 });
      // The first address is the resolver's own.
      return [...output.matchAll(/^Address: ([\d.]+)$/gm)].map(([, address]) => String(address)).sort();
    },
    async say(id, message) {
      await inside(
        id,
        `while [ -f /tmp/say ]; do sleep 0.02; done; echo ${message} > /tmp/say.new; mv /tmp/say.new /tmp/say`,
      );
    },
    async close() {
      for (const id of strangers) await docker.getContainer(id).remove({ force: true });
      await close();
      for (const name of volumes) await docker.getVolume(name).remove();
    },
  };
});
