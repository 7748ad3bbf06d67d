import { describe, expect, it } from 'vitest';
import { Manifest, Manifests } from '../../../core/manifest/manifest.ts';
import { validate } from '../../../core/validate.ts';

const whole = {
  namespace: 'shop',
  labels: { team: 'green' },
  namespaces: ['shop', 'tools'],
  configs: {
    app: { data: { port: 80, deep: { a: [1] } } },
    nginx: { data: 'server {}', namespace: 'tools' },
  },
  secrets: { db: { value: 'hunter2' } },
  deployments: {
    web: { image: 'nginx:1.21', replicas: 2, labels: { app: 'web' } },
    nightly: { kind: 'job', image: 'busybox', schedule: '0 3 * * *', namespace: 'tools' },
  },
};

const faults = (value: unknown) =>
  Object.fromEntries(
    (validate(Manifests, value).violations ?? []).map(({ pointer, message }) => [pointer, message]),
  );

describe('the schema of a manifest', () => {
  it.each([[{}], [whole], [[]], [[whole, { namespaces: ['other'] }]]])('takes %j as it is', (value) => {
    expect(validate(Manifests, structuredClone(value))).toEqual({ output: value });
  });

  it.each([
    ['text', { '': 'must be an array or an object' }],
    [{ deployment: {} }, { '/deployment': 'is not a known field: did you mean deployments?' }],
    [
      { deployments: { web: { imgae: 'nginx' } } },
      {
        '/deployments/web/imgae': 'is not a known field: did you mean image?',
        '/deployments/web/image': 'is required',
      },
    ],
    [{ secrets: { db: { value: 7 } } }, { '/secrets/db/value': 'must be a string' }],
    [{ configs: { app: { data: ['a'] } } }, { '/configs/app/data': 'must be an object, not a list' }],
    [{ labels: { 'ring.uid': 'x' } }, { '/labels/ring.uid': expect.stringContaining('reserved') }],
    [
      { deployments: { Web_1: { image: 'nginx' } } },
      { '/deployments/Web_1': expect.stringContaining('must be a DNS label') },
    ],
    [
      { deployments: { web: { name: 'web', image: 'nginx' } } },
      { '/deployments/web/name': 'is not a known field' },
    ],
  ])('says of %j what is wrong, and where', (value, wrong) => {
    expect(faults(structuredClone(value))).toEqual(wrong);
  });

  it('says of several documents all that is wrong, and in which', () => {
    const documents = [
      whole,
      { deployments: { web: { image: 'nginx', replica: 2 } } },
      { secrets: { db: {} }, more: 1 },
      'text',
    ];
    expect(faults(structuredClone(documents))).toEqual({
      '/1/deployments/web/replica': 'is not a known field: did you mean replicas?',
      '/2/more': 'is not a known field',
      '/2/secrets/db/value': 'is required',
      '/3': 'must be an object',
    });
  });

  it('takes no list for a document', () => {
    expect(validate(Manifest, [])).toEqual({
      violations: [{ pointer: '', message: 'must be an object, not a list' }],
    });
  });
});
