/**
 * The files of containers in memory, with the behaviour of the real ones: young directories are not swept, and only
 * secrets are given to a user. Passes tests/contracts/files.ts.
 */
import type { ContainerFile, FileName, Files } from '../../core/file/files.ts';
import type { Owner } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';

/** A file as it lies there. */
export interface PlacedFile {
  readonly destination: string;
  readonly content: string;
  readonly mode: number;
  readonly owner: Owner;
}

/** The fake, and what a test may look at and do behind Ring's back. */
export interface FakeFiles extends Files {
  /** The files of a container, by where it sees them. */
  peek(containerName: string): readonly PlacedFile[];
  /** The containers that have files. */
  names(): readonly string[];
  /** The host boots: secrets are gone. */
  reboot(): void;
  /** Time passes: nothing is young any more. */
  age(): void;
  /** From now on there is no place for secrets; null: there is again. */
  refuseSecrets(why: string | null): void;
}

/** Ring's own user. */
const ring: Owner = { uid: 0, gid: 0 };

/** A host without any files. */
export const makeFakeFiles = (): FakeFiles => {
  const containers = new Map<string, Map<string, PlacedFile & Pick<ContainerFile, 'kind'>>>();
  const young = new Set<string>();
  let refusal: string | null = null;

  const place = (containerName: string, file: ContainerFile) => {
    const { kind, destination, content } = file;
    if (kind === 'secret' && refusal !== null) throw new RuntimeError('file_system', refusal);
    const mode = kind === 'secret' ? 0o400 : 0o444;
    const files = containers.get(containerName) ?? new Map();
    containers.set(containerName, files.set(destination, { kind, destination, content, mode, owner: ring }));
    young.add(containerName);
    return { source: `/host/${kind}/${containerName}${destination}`, destination };
  };

  return {
    place: async (containerName, files) => files.map((file) => place(containerName, file)),
    missing: async (containerName, files: readonly FileName[]) =>
      files.filter(({ destination }) => !containers.get(containerName)?.has(destination)),
    async own(containerName, owner) {
      const files = containers.get(containerName) ?? new Map();
      for (const [at, file] of files) if (file.kind === 'secret') files.set(at, { ...file, owner });
    },
    remove: async (containerName) => void containers.delete(containerName),
    async sweep(keep) {
      const left = [...containers.keys()].filter((name) => !keep.has(name) && !young.has(name));
      for (const name of left) containers.delete(name);
      return left.length;
    },
    peek: (containerName) =>
      [...(containers.get(containerName)?.values() ?? [])]
        .map(({ kind: _kind, ...file }) => file)
        .sort((a, b) => (a.destination < b.destination ? -1 : 1)),
    names: () => [...containers.keys()].sort(),
    reboot() {
      for (const files of containers.values())
        for (const [at, { kind }] of files) if (kind === 'secret') files.delete(at);
    },
    age: () => young.clear(),
    refuseSecrets(why) {
      refusal = why;
    },
  };
};
