import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../core/runtime.ts';
import { breakAfter, hang, json, ndjson, refusal, stall, startStubEngine } from './stub-engine.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const create = /^POST \/images\/create$/;
const inspect = /^GET \/images\/.*\/json$/;
const absent = refusal(404, 'No such image: web:1');

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  image: 'r.example:5000/web:1',
  policy: 'IfNotPresent',
  pin: null,
  credentials: null,
  ...changes,
});
const repoDigest = `r.example:5000/web@${digest('d')}`;
const found = json({ Id: digest('a'), RepoDigests: [`other/web@${digest('e')}`, repoDigest] });

/** An engine without the image, which has it once a pull was asked for. */
const startPuller = async (pull = ndjson({ status: 'Pulling' }, { status: 'Done' })) => {
  let isThere = false;
  return startStubEngine(
    [
      [inspect, () => (isThere ? found : absent)],
      [
        create,
        () => {
          isThere = true;
          return pull;
        },
      ],
    ],
    { pullSilenceMs: 200 },
  );
};

describe('resolving an image', () => {
  it('pulls what is missing, and pins it to the digest of the same repository', async () => {
    const { runtime, requests } = await startPuller();
    expect(await runtime.resolveImage(request())).toEqual({
      imageId: digest('a'),
      repoDigest,
      pulled: true,
    });
    expect(requests.filter((line) => create.test(line))).toHaveLength(1);
  });

  it('shares one pull among all who want the same image', async () => {
    const { runtime, requests } = await startPuller();
    const all = await Promise.all([1, 2, 3].map(() => runtime.resolveImage(request({ policy: 'Always' }))));
    expect([all.length, requests.filter((line) => create.test(line)).length]).toEqual([3, 1]);
  });

  it('says that it is about to pull, and waits, and says nothing when it need not pull', async () => {
    const { runtime, requests } = await startPuller();
    const seen: number[] = [];
    const beforePull = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(requests.filter((line) => create.test(line)).length);
    };
    await runtime.resolveImage(request({ beforePull }));
    await runtime.resolveImage(request({ beforePull }));
    expect(seen).toEqual([0]);
    await runtime.resolveImage(request({ beforePull, policy: 'Always' }));
    expect(seen).toEqual([0, 1]);
  });

  it('pulls by the digest what was pinned and is gone, and nothing under the tag', async () => {
    const { runtime, requests } = await startPuller();
    const pin = { imageId: digest('a'), repoDigest };
    expect(await runtime.resolveImage(request({ pin }))).toEqual({ ...pin, pulled: true });
    expect(requests).toEqual([
      `GET /images/${digest('a')}/json`,
      'POST /images/create',
      `GET /images/${repoDigest}/json`,
    ]);
  });

  it('does not pull against the policy, nor an image that only an engine can have', async () => {
    const { runtime, requests } = await startPuller();
    const pin = { imageId: digest('a'), repoDigest };
    const asked = [
      request({ policy: 'Never' }),
      request({ policy: 'Never', pin }),
      request({ pin: { ...pin, repoDigest: null } }),
      request({ image: digest('a'), policy: 'Always' }),
    ].map((each) => runtime.resolveImage(each).catch((error: { kind: string }) => error.kind));
    expect(await Promise.all(asked)).toEqual([
      'image_not_found',
      'image_gone',
      'image_gone',
      'image_not_found',
    ]);
    expect(requests.filter((line) => create.test(line))).toEqual([]);
  });

  it.each([
    [
      'an error in the stream',
      ndjson({ status: 'Pulling' }, { error: 'toomanyrequests: slow down, retry-after: 9s' }),
      'image_rate_limited',
    ],
    ['a refusal', refusal(404, 'manifest for web:1 not found: manifest unknown'), 'image_not_found'],
    ['a denial', refusal(500, 'Get "https://r.example:5000/v2/": unauthorized'), 'image_denied'],
    ['a stream that breaks', breakAfter('{"status":"Pulling"}\n'), 'unavailable'],
    ['a stream that falls silent', stall('{"status":"Pulling"}\n'), 'image_unreachable'],
    ['silence', hang, 'image_unreachable'],
    ['something that is no progress', breakAfter('<html>'), 'unavailable'],
  ])('fails on %s', async (_, answer, kind) => {
    const { runtime } = await startPuller(answer);
    await expect(runtime.resolveImage(request())).rejects.toMatchObject({ name: 'RuntimeError', kind });
  });

  it.each([
    ['begins to answer', stall('{"status":"Pulling"}\n')],
    ['answers nothing', hang],
  ])('is not told from an engine that hangs, when it %s', async (_, answer) => {
    const engine = await startPuller(answer);
    engine.answer([/^GET \/_ping$/, () => hang]);
    await expect(engine.runtime.resolveImage(request())).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('gives credentials to no other registry than they are for', async () => {
    const { runtime, requests } = await startPuller();
    const credentials = { username: 'joe', password: 'hunter2secret', server: 'https://other.example/v1/' };
    await expect(runtime.resolveImage(request({ credentials }))).rejects.toMatchObject({
      kind: 'image_denied',
      message:
        'The image r.example:5000/web:1 cannot be pulled: its registry credentials are for other.example, not for r.example:5000',
    });
    expect(requests.filter((line) => create.test(line))).toEqual([]);
  });

  it('names the image that cannot be had, and keeps how long to wait', async () => {
    const { runtime } = await startPuller(ndjson({ error: 'toomanyrequests: slow down, retry-after: 9s' }));
    await expect(runtime.resolveImage(request())).rejects.toMatchObject({
      message: 'The image r.example:5000/web:1 cannot be pulled: toomanyrequests: slow down, retry-after: 9s',
      retryAfterSeconds: 9,
    });
  });

  it('sends credentials in a header, and shows them to nobody', async () => {
    const credentials = { username: 'joe', password: 'hunter2secret' };
    let header: unknown;
    const { runtime, answer } = await startPuller();
    answer([
      create,
      () => (response, incoming) => {
        header = incoming.headers['x-registry-auth'];
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: 'denied: hunter2secret is wrong' }));
      },
    ]);
    await expect(runtime.resolveImage(request({ credentials }))).rejects.toMatchObject({
      kind: 'image_denied',
      message:
        "The image r.example:5000/web:1 cannot be pulled: denied: *** is wrong (with the deployment's credentials)",
    });
    expect(JSON.parse(Buffer.from(String(header), 'base64url').toString())).toEqual({
      ...credentials,
      serveraddress: 'r.example:5000',
    });
  });
});
