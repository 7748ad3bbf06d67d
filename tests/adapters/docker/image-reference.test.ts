import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestOfSameRepository,
  isImageId,
  parseImageReference,
  pullTarget,
  repositoryOf,
} from '../../../adapters/docker/image-reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('an image reference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx', 'latest', null],
    ['nginx:1.21', 'docker.io/library/nginx', '1.21', null],
    ['team/app:1', 'docker.io/team/app', '1', null],
    ['docker.io/nginx', 'docker.io/library/nginx', 'latest', null],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx', 'latest', null],
    ['localhost/app', 'localhost/app', 'latest', null],
    ['localhost:5000/app', 'localhost:5000/app', 'latest', null],
    ['127.0.0.1:5000/a/b/c:v2', '127.0.0.1:5000/a/b/c', 'v2', null],
    ['ghcr.io/o/app@sha256:x', null, null, null],
    [`ghcr.io/o/app@${digest}`, 'ghcr.io/o/app', null, digest],
    [`host:5000/app:1@${digest}`, 'host:5000/app', '1', digest],
    ['app:', null, null, null],
    ['host//app', null, null, null],
    ['', null, null, null],
  ])('reads %s', (image, repository, ...[tag, found]) => {
    const reference = parseImageReference(image);
    expect(reference && [repositoryOf(reference), reference.tag, reference.digest]).toEqual(
      repository && [repository, tag, found],
    );
  });

  it('reads back what it is put together from', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const host = fc.oneof(
      fc.constant('localhost'),
      fc.tuple(part, fc.integer({ min: 1, max: 65535 })).map(([name, port]) => `${name}:${port}`),
      fc.tuple(part, part).map(([name, zone]) => `${name}.${zone}`),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const tag = fc.option(fc.stringMatching(/^[\w][\w.-]{0,20}$/));
    const ending = fc.option(fc.constant(digest));
    fc.assert(
      fc.property(host, path, fc.tuple(tag, ending), (registry, repository, [tagged, digested]) => {
        const image = `${registry}/${repository}${tagged ? `:${tagged}` : ''}${digested ? `@${digested}` : ''}`;
        expect(parseImageReference(image)).toEqual({
          registry,
          repository,
          tag: tagged ?? (digested ? null : 'latest'),
          digest: digested,
        });
      }),
    );
  });

  it('pulls one tag or digest, never all tags of a name', () => {
    const targets = ['nginx', 'host:5000/app:2', `host:5000/app:2@${digest}`].map((image) => {
      const reference = parseImageReference(image);
      return reference && pullTarget(reference);
    });
    expect(targets).toEqual([
      { fromImage: 'docker.io/library/nginx', tag: 'latest' },
      { fromImage: 'host:5000/app', tag: '2' },
      { fromImage: 'host:5000/app', tag: digest },
    ]);
  });

  it('takes the digest of the same repository, and of no other', () => {
    const other = `sha256:${'cd'.repeat(32)}`;
    const known = [`mirror.example/nginx@${other}`, `nginx@${digest}`];
    expect([
      digestOfSameRepository('docker.io/library/nginx:1', known),
      digestOfSameRepository('mirror.example/nginx', known),
      digestOfSameRepository('ghcr.io/nginx', known),
      digestOfSameRepository('nginx', []),
    ]).toEqual([`nginx@${digest}`, `mirror.example/nginx@${other}`, null, null]);
  });

  it('tells the ids of an engine from names', () => {
    expect([digest, 'ab'.repeat(32), 'nginx', 'sha256:abc'].map(isImageId)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
