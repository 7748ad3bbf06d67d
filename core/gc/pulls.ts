/**
 * Notes which images Ring itself brought to the engine, and under which names: only what was not there before one of
 * Ring's own pulls may be removed by Ring. If a note is lost, the image is kept for ever, which is the harmless way to
 * fail.
 */
import type { Clock, Log } from '../ports.ts';
import type { ImageRequest, ResolvedImage, Runtime } from '../runtime.ts';
import type { EngineImage } from './engine.ts';
import { plainName } from './image-names.ts';
import type { GcStore } from './store.ts';

/** The ports that noting pulls needs. */
export interface PullPorts {
  readonly store: Pick<GcStore, 'pulled' | 'notePulled'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Wraps a runtime, a plain object of functions, so that its pulls are noted. */
export const notingPulls = (runtime: Runtime, ports: PullPorts): Runtime => ({
  ...runtime,
  async resolveImage(request) {
    const listed: { before: readonly EngineImage[] | null } = { before: null };
    const resolved = await runtime.resolveImage({
      ...request,
      async beforePull() {
        listed.before = await runtime.listImages().catch(() => null);
      },
    });
    const { before } = listed;
    if (resolved.pulled && before !== null) await note(resolved, { request, before, runtime }, ports);
    return resolved;
  },
});

interface Pull {
  readonly request: ImageRequest;
  readonly before: readonly EngineImage[];
  readonly runtime: Runtime;
}

async function note(
  { imageId }: ResolvedImage,
  { request, before, runtime }: Pull,
  { store, clock, log }: PullPorts,
): Promise<void> {
  try {
    const earlier = before.find((image) => image.imageId === imageId);
    if (earlier && !(await store.pulled()).some((image) => image.imageId === imageId)) return;
    const now = (await runtime.listImages()).find((image) => image.imageId === imageId);
    const isFresh = (name: string) => !earlier?.names.includes(name) && isOf(request, name);
    const names = (now?.names ?? []).filter(isFresh);
    if (now === undefined || (earlier && names.length === 0)) return;
    await store.notePulled({ imageId, names, pulledAt: new Date(clock.now()).toISOString() });
  } catch (error) {
    log.warn('It could not be noted that an image was pulled: it will be kept', {
      image: request.image,
      error,
    });
  }
}

/**
 * Whether a pull of this request creates this name: the requested name, or a digest of its repository. All other names
 * belong to somebody else.
 */
function isOf({ image, pin }: ImageRequest, name: string): boolean {
  const asked = plainName(pin?.repoDigest ?? image);
  const given = plainName(name);
  return given === asked || (given.includes('@') && repository(given) === repository(asked));
}

const repository = (name: string): string => name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
