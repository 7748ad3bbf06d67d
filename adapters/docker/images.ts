/**
 * Resolves the image of a revision: present, pulled by its policy, or exactly the pinned one. Concurrent requests for
 * the same image share one pull.
 */
import type { Image, ImageInspectInfo } from 'dockerode';
import type { ImagePin, ImageRequest, RegistryCredentials, ResolvedImage } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { Engine } from './connect.ts';
import { type RegistryAuth, registryName } from './docker-config.ts';
import { EngineError, isNotFound, Overdue } from './engine-error.ts';
import { toRuntimeError } from './faults.ts';
import { digestOfSameRepository, isImageId, parseImageReference, pullTarget } from './image-reference.ts';
import { pullStream } from './pull-stream.ts';

/** What resolving images needs. */
export interface ImageParts {
  readonly engine: Engine;
  /** A pull without progress fails after this time. */
  readonly pullSilenceMs: number;
  /**
   * Returns the host's credentials for a registry; null for none. Called at each pull without credentials of its own.
   */
  readonly hostAuth: (registry: string) => Promise<RegistryAuth | null>;
}

/** The credentials of a pull and their source. */
interface Puller {
  readonly auth: RegistryAuth | null;
  readonly source: string;
}

/** Returns the details of an image. The library supports the signal although its types do not declare it. */
export const inspectImage = (image: Image, options: object): Promise<ImageInspectInfo> =>
  new Promise((resolve, reject) => {
    image.inspect(options, (error, found) => (found ? resolve(found) : reject(error)));
  });

const never = (image: string): RuntimeError =>
  new RuntimeError(
    'image_not_found',
    `The image ${image} is not on the engine, and its policy is never to pull`,
  );

/** All forms in which a message may contain the credentials. */
const secretsOf = ({ auth }: Puller): readonly string[] => {
  if (!auth) return [];
  if ('identityToken' in auth) return [auth.identityToken];
  const { username, password } = auth;
  return [password, encodeURIComponent(password), Buffer.from(`${username}:${password}`).toString('base64')];
};

/** Names the image in the error of a pull, because the engine's message rarely does. */
const notPulled = (image: string, error: RuntimeError): RuntimeError => {
  const { kind, message, retryAfterSeconds } = error;
  if (kind === 'unavailable') return error;
  return new RuntimeError(kind, `The image ${image} cannot be pulled: ${message}`, {
    cause: error.cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
};

/** Makes the function that resolves images. */
export const makeImages = ({ engine, pullSilenceMs, hostAuth }: ImageParts) => {
  const pulling = new Map<string, Promise<void>>();

  const inspect = async (image: string): Promise<ImageInspectInfo | null> => {
    try {
      return await engine.call((docker, abortSignal) =>
        inspectImage(docker.getImage(image), { abortSignal }),
      );
    } catch (error) {
      if (isNotFound(error)) return null;
      // A 400 means that the reference itself is invalid; any other error leaves it unknown whether the image exists.
      throw error instanceof EngineError && error.status === 400 ? toRuntimeError(error, 'pull') : error;
    }
  };

  const pullerOf = async (registry: string, credentials: RegistryCredentials | null): Promise<Puller> => {
    if (!credentials) {
      const auth = await hostAuth(registry);
      return {
        auth,
        source: auth ? "with the credentials of the host's docker config" : 'without credentials',
      };
    }
    const { username, password, server } = credentials;
    if (server !== undefined && registryName(server) !== registry) {
      const message = `its registry credentials are for ${registryName(server)}, not for ${registry}`;
      throw new RuntimeError('image_denied', message);
    }
    return { auth: { username, password }, source: "with the deployment's credentials" };
  };

  /** Classifies a failed pull: silence may be caused by the registry or by the engine. */
  const judge = async (error: unknown, puller: Puller): Promise<RuntimeError> => {
    if (error instanceof Overdue && (await answers())) {
      return new RuntimeError('image_unreachable', `no data from the registry for ${pullSilenceMs} ms`);
    }
    const judged = toRuntimeError(error, 'pull', secretsOf(puller));
    const { kind, message } = judged;
    return kind === 'image_denied' ? new RuntimeError(kind, `${message} (${puller.source})`) : judged;
  };

  const answers = (): Promise<boolean> =>
    engine.get('/_ping').then(
      () => true,
      (error: unknown) => error instanceof EngineError && error.status !== null,
    );

  const pullAs = async (puller: Puller, target: ReturnType<typeof pullTarget>): Promise<void> => {
    try {
      await pullStream(engine, { ...target, auth: puller.auth, silenceMs: pullSilenceMs });
    } catch (error) {
      throw await judge(error, puller);
    }
  };

  const pullNow = async (image: string, credentials: RegistryCredentials | null): Promise<void> => {
    const reference = parseImageReference(image);
    if (!reference) throw new RuntimeError('config', `${image} is not an image reference`);
    try {
      await pullAs(await pullerOf(registryName(reference.registry), credentials), pullTarget(reference));
    } catch (error) {
      throw notPulled(image, toRuntimeError(error, 'pull'));
    }
  };

  const pull = (image: string, credentials: RegistryCredentials | null): Promise<void> => {
    const key = JSON.stringify([image, credentials]);
    const under = pulling.get(key);
    if (under) return under;
    const begun = pullNow(image, credentials).finally(() => pulling.delete(key));
    pulling.set(key, begun);
    return begun;
  };

  const pinOf = (image: string, found: ImageInspectInfo): ImagePin => ({
    imageId: found.Id,
    repoDigest: digestOfSameRepository(image, found.RepoDigests ?? []),
  });

  const pulled = async (image: string, request: ImageRequest): Promise<ResolvedImage> => {
    await request.beforePull?.();
    await pull(image, request.credentials);
    const found = await inspect(image);
    if (!found) throw new RuntimeError('image_not_found', `The image ${image} was pulled and then removed`);
    return { ...pinOf(image, found), pulled: true };
  };

  const pinned = async (pin: ImagePin, request: ImageRequest): Promise<ResolvedImage> => {
    if (await inspect(pin.imageId)) return { ...pin, pulled: false };
    if (pin.repoDigest === null) {
      throw new RuntimeError('image_gone', `The local image ${pin.imageId} is gone, and no registry has it`);
    }
    if (request.policy === 'Never') {
      throw new RuntimeError(
        'image_gone',
        `The image ${pin.imageId} is gone, and its policy is never to pull`,
      );
    }
    // The same digest is the same image, whatever id this engine assigns to it.
    return { ...(await pulled(pin.repoDigest, request)), repoDigest: pin.repoDigest };
  };

  /** Resolves the image that a revision runs. Rejects with EngineError or RuntimeError. */
  return async (request: ImageRequest): Promise<ResolvedImage> => {
    const { image, policy, pin } = request;
    if (pin) return pinned(pin, request);
    if (policy === 'Always' && !isImageId(image)) return pulled(image, request);
    const found = await inspect(image);
    if (found) return { ...pinOf(image, found), pulled: false };
    if (isImageId(image)) throw new RuntimeError('image_not_found', `The engine has no image ${image}`);
    if (policy === 'Never') throw never(image);
    return pulled(image, request);
  };
};
