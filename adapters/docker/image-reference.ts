/** Reads image references as docker does: `host:port/path/name:tag@digest`, ids included. Pure. */

/** A reference to an image in a registry, with all defaults filled in. */
export interface ImageReference {
  /** The registry; `docker.io` when none is named. */
  readonly registry: string;
  /** The path within the registry; Docker Hub's short names get the prefix `library/`. */
  readonly repository: string;
  /** The tag; `latest` when neither tag nor digest is given, null for a digest without a tag. */
  readonly tag: string | null;
  readonly digest: string | null;
}

const digestForm = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/i;
const idForm = /^(?:sha256:)?[0-9a-f]{64}$/;

/** Whether the text is an engine's own image id, which no registry knows. */
export const isImageId = (image: string): boolean => idForm.test(image);

const isHost = (part: string): boolean => part.includes('.') || part.includes(':') || part === 'localhost';

const located = (name: string): Pick<ImageReference, 'registry' | 'repository'> => {
  const slash = name.indexOf('/');
  const head = slash < 0 ? '' : name.slice(0, slash);
  if (head !== '' && isHost(head)) {
    const registry = head === 'index.docker.io' ? 'docker.io' : head;
    const repository = name.slice(slash + 1);
    const isShort = registry === 'docker.io' && !repository.includes('/');
    return { registry, repository: isShort ? `library/${repository}` : repository };
  }
  return { registry: 'docker.io', repository: slash < 0 ? `library/${name}` : name };
};

/** Parses a reference; null when it is invalid (empty parts, a malformed digest). */
export const parseImageReference = (image: string): ImageReference | null => {
  const at = image.indexOf('@');
  const digest = at < 0 ? null : image.slice(at + 1);
  if (digest !== null && !digestForm.test(digest)) return null;
  const named = at < 0 ? image : image.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? null : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if (!/^[\w][\w.-]{0,127}$/.test(tag ?? 'none') || name.split('/').some((part) => part === '')) return null;
  return { ...located(name), tag: tag ?? (digest === null ? 'latest' : null), digest };
};

/** Returns the name without tag and digest, with all defaults filled in. */
export const repositoryOf = ({ registry, repository }: ImageReference): string => `${registry}/${repository}`;

/** Returns the arguments of a pull: always one tag or digest, because a bare name would pull all tags. */
export const pullTarget = (
  reference: ImageReference,
): { readonly fromImage: string; readonly tag: string } => ({
  fromImage: repositoryOf(reference),
  tag: reference.digest ?? reference.tag ?? 'latest',
});

/** Returns the digest that an image has in the requested repository; null when no registry gave it one. */
export const digestOfSameRepository = (image: string, repoDigests: readonly string[]): string | null => {
  const asked = parseImageReference(image);
  if (!asked) return null;
  const same = repoDigests.filter((entry) => {
    const reference = parseImageReference(entry);
    return reference !== null && repositoryOf(reference) === repositoryOf(asked);
  });
  return same.find((entry) => asked.digest !== null && entry.endsWith(`@${asked.digest}`)) ?? same[0] ?? null;
};
