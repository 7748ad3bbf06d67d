/** Who a name is in a container: what is read of it comes as a tar archive, and images put things in odd places. */
import { describe, expect, it } from 'vitest';
import { type Answer, json, startStubEngine } from './stub-engine.ts';

type Reply = Exclude<Answer, { readonly status: number }>;

interface Entry {
  readonly type?: string;
  readonly body?: string;
  readonly link?: string;
}

const archive = (...entries: readonly Entry[]): Reply => {
  const blocks = entries.flatMap(({ type = '0', body = '', link = '' }) => {
    const header = Buffer.alloc(512);
    header.write('passwd', 0);
    header.write(`${Buffer.byteLength(body).toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write(link, 157);
    const content = Buffer.alloc(Math.ceil(Buffer.byteLength(body) / 512) * 512);
    content.write(body);
    return [header, content];
  });
  return (response) => response.writeHead(200).end(Buffer.concat([...blocks, Buffer.alloc(1024)]));
};

const users = 'root:x:0:0:root:/root:/bin/sh\n# none\n\napp:x:1000:1001::/:\nodd:x:a:b::/:\n';
const missing: Reply = (response) =>
  response.writeHead(404).end(JSON.stringify({ message: 'Could not find the file in container c1' }));

const userOf = async (user: string | undefined, files: Readonly<Record<string, Reply>> = {}) => {
  const { runtime, requests } = await startStubEngine([
    [/^GET \/containers\/[^/]+\/json$/, () => json({ Id: 'c1', Config: { User: user } })],
    [
      /^GET \/containers\/c1\/archive/,
      () => (response, request) => {
        const path = new URL(request.url ?? '', 'http://engine').searchParams.get('path') ?? '';
        (files[path] ?? missing)(response, request);
      },
    ],
  ]);
  const answer = await runtime.userOf('web').catch(({ kind, message }) => `${kind}: ${message}`);
  return { answer, reads: requests.filter((request) => request.includes('archive')).length };
};

describe('the user of a container', () => {
  it.each([
    [undefined, { uid: 0, gid: 0 }],
    ['', { uid: 0, gid: 0 }],
    ['1000', { uid: 1000, gid: 0 }],
    ['1000:50', { uid: 1000, gid: 50 }],
    ['1000:staff', { uid: 1000, gid: 0 }],
    [':50', { uid: 0, gid: 50 }],
  ])('%j is read off without a look into it', async (user, answer) => {
    expect(await userOf(user)).toEqual({ answer, reads: 0 });
  });

  it.each([
    ['a file', { '/etc/passwd': archive({ body: users }) }, 1],
    [
      'a file behind a header of its own',
      { '/etc/passwd': archive({ type: 'x', body: 'a' }, { body: users }) },
      1,
    ],
    [
      'a link to elsewhere',
      { '/etc/passwd': archive({ type: '2', link: '/nix/passwd' }), '/nix/passwd': archive({ body: users }) },
      2,
    ],
    [
      'a link beside it',
      {
        '/etc/passwd': archive({ type: '2', link: 'real/passwd' }),
        '/etc/real/passwd': archive({ body: users }),
      },
      2,
    ],
  ])('is found in %s', async (_what, files, reads) => {
    expect(await userOf('app', files)).toEqual({ answer: { uid: 1000, gid: 1001 }, reads });
  });

  it.each([
    ['no file', {}],
    ['an empty archive', { '/etc/passwd': archive() }],
    ['a directory', { '/etc/passwd': archive({ type: '5' }) }],
    ['a file without it', { '/etc/passwd': archive({ body: 'root:x:0:0::/:\n' }) }],
    ['a link that leads round', { '/etc/passwd': archive({ type: '2', link: '/etc/passwd' }) }],
  ])('is nobody where there is %s', async (_what, files) => {
    expect((await userOf('app', files)).answer).toMatch(/^config: unable to find user app/);
  });

  it('is nobody whose numbers are none', async () => {
    const { answer } = await userOf('odd', { '/etc/passwd': archive({ body: users }) });
    expect(answer).toMatch(/^config: unable to find user odd/);
  });

  it('is not known while the engine does not answer to the end', async () => {
    const { answer } = await userOf('app', {
      '/etc/passwd': (response) => response.writeHead(200).write('root', () => response.destroy()),
    });
    expect(answer).toMatch(/^unavailable/);
  });
});
