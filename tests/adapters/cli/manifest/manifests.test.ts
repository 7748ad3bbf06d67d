import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../../adapters/cli/failure.ts';
import { faultsOf } from '../../../../adapters/cli/manifest/faults.ts';
import { type ManifestOptions, readManifests } from '../../../../adapters/cli/manifest/manifests.ts';

const files: Readonly<Record<string, string>> = { '/app/site.conf': 'listen 80;\n', '/etc/key': 's3cret' };

const options: ManifestOptions = {
  variables: { TAG: '1.27', REPLICAS: '3', READ_ONLY: 'true', HOSTILE: 'x", privileged: true, y: {a: 1}' },
  readOutside: async (path) => {
    const text = files[path];
    return text === undefined ? { fault: `${path} cannot be read: there is no such file` } : { text };
  },
};

const read = (text: string, more: Partial<ManifestOptions> = {}) =>
  readManifests([{ name: 'app.yaml', text, folder: '/app' }], { ...options, ...more });

const manifestsOf = async (text: string, more: Partial<ManifestOptions> = {}) =>
  (await read(text, more)).manifests;

const refusal = async (text: string): Promise<readonly string[]> => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  if (!(error instanceof CommandError)) throw new Error('it was not refused');
  return error.message.split('\n');
};

describe('reading manifests', () => {
  it('reads YAML and JSON, and several documents', async () => {
    const yaml =
      'deployments:\n  web:\n    image: nginx\n---\n# nothing here\n---\nnamespaces: [blue]\n---\n';
    expect(await manifestsOf(yaml)).toEqual([
      { deployments: { web: { image: 'nginx' } } },
      { namespaces: ['blue'] },
    ]);
    const json = '{\n\t"deployments": {\n\t\t"web": { "image": "nginx", "replicas": 2 }\n\t}\n}\n';
    expect(await manifestsOf(json)).toEqual([{ deployments: { web: { image: 'nginx', replicas: 2 } } }]);
  });

  it('puts variables into values, and numbers where numbers are asked for', async () => {
    const text = `deployments:
  web:
    image: nginx:\${TAG}
    replicas: \${REPLICAS}
    read_only: \${READ_ONLY}
    secrets:
      COUNT: \${REPLICAS}
      QUOTED: "\${REPLICAS}"
      LEVEL: \${LEVEL:-info}
      PRICE: $$5
`;
    expect(await manifestsOf(text)).toEqual([
      {
        deployments: {
          web: {
            image: 'nginx:1.27',
            replicas: 3,
            read_only: true,
            secrets: { COUNT: '3', QUOTED: '3', LEVEL: 'info', PRICE: '$5' },
          },
        },
      },
    ]);
  });

  it('never takes what is in a variable for structure, or a name for a variable', async () => {
    const text =
      'deployments:\n  web:\n    image: nginx\n    secrets:\n      A: ${HOSTILE}\n      ${TAG}: b\n';
    expect(await manifestsOf(text)).toEqual([
      {
        deployments: { web: { image: 'nginx', secrets: { A: options.variables.HOSTILE, '${TAG}': 'b' } } },
      },
    ]);
  });

  it('takes contents from files', async () => {
    const text =
      'configs:\n  site: {file: ./site.conf}\nsecrets:\n  key: {file: /etc/key, namespace: blue}\n';
    expect(await manifestsOf(text)).toEqual([
      {
        configs: { site: { data: 'listen 80;\n' } },
        secrets: { key: { value: 's3cret', namespace: 'blue' } },
      },
    ]);
  });

  it('knows anchors, merges and fields of one’s own', async () => {
    const text = `x-base: &base
  replicas: 2
  labels: {tier: web}
deployments:
  web:
    <<: *base
    image: nginx
    replicas: 4
`;
    expect(await manifestsOf(text)).toEqual([
      { deployments: { web: { replicas: 4, labels: { tier: 'web' }, image: 'nginx' } } },
    ]);
  });

  it('gives a namespace to documents that name none', async () => {
    const text = 'namespaces: []\n---\nnamespace: own\n';
    expect(await manifestsOf(text, { namespace: 'blue' })).toEqual([
      { namespace: 'blue', namespaces: [] },
      { namespace: 'own' },
    ]);
  });

  it('says every fault with file, line and column, and what may have been meant', async () => {
    const text = `deployments:
  web:
    imge: nginx
    replicas: many
  API:
    image: nginx
---
deploymets: {}
`;
    expect(await refusal(text)).toEqual([
      'app.yaml:2:3: deployments/web/image is required',
      'app.yaml:3:5: deployments/web/imge is not a known field: did you mean image?',
      'app.yaml:4:5: deployments/web/replicas must be a number',
      expect.stringMatching(/^app\.yaml:5:3: deployments\/API must be a DNS label/),
      'app.yaml:8:1: deploymets is not a known field: did you mean deployments?',
    ]);
  });

  it('says what to do about numbers that stand for texts', async () => {
    const text = 'deployments:\n  web:\n    image: nginx\n    labels: {port: 80}\n    user: 1000\n';
    expect(await refusal(text)).toEqual([
      'app.yaml:4:14: deployments/web/labels/port must be a string: put it in quotes, "80"',
      'app.yaml:5:5: deployments/web/user must be a string: put it in quotes, "1000"',
    ]);
  });

  it('says what is wrong with variables and files, all at once', async () => {
    const text = `configs:
  a: {file: ./missing}
  b: {file: ./site.conf, data: x}
secrets:
  c: {value: "\${MISSING}"}
`;
    expect(await refusal(text)).toEqual([
      'app.yaml:2:7: configs/a/file /app/missing cannot be read: there is no such file',
      'app.yaml:3:7: configs/b/file replaces "data": give only one of the two',
      expect.stringMatching(/^app\.yaml:5:7: MISSING is not set: set it, give a file/),
    ]);
  });

  it('says where YAML ends to be YAML', async () => {
    expect(await refusal('deployments:\n  web: {image: nginx\n')).toEqual([
      expect.stringMatching(/^app\.yaml:\d+:\d+: .*flow map/i),
    ]);
    expect(await refusal('namespaces: []\nnamespaces: []\n')).toEqual([
      'app.yaml:2:1: Map keys must be unique',
    ]);
  });

  it('knows what was meant for others', async () => {
    expect(await refusal('services:\n  web: {image: nginx}\n')).toEqual([
      expect.stringMatching(/is a Compose file: `ring import compose/),
    ]);
    expect(await refusal('apiVersion: v1\nkind: Pod\n')).toEqual([expect.stringMatching(/Kubernetes/)]);
    expect(await refusal('name: web\nimage: nginx\n')).toEqual([
      expect.stringMatching(/below "deployments"/),
    ]);
    expect(await refusal('# only a comment\n')).toEqual(['There is nothing in app.yaml']);
  });

  it('refuses aliases that stand for more than there is memory', async () => {
    const level = (n: number) =>
      `x-${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]`;
    const text = [
      'x-0: &a0 [1]',
      ...Array.from({ length: 9 }, (_, n) => level(n + 1)),
      'namespaces: []',
    ].join('\n');
    expect(await refusal(text)).toEqual([expect.stringMatching(/has more than 100000 values/)]);
    expect(await refusal('x-a: &a [*a]\nnamespaces: []\n')).toEqual([expect.stringMatching(/alias/i)]);
  });
});

describe('telling faults that a server found', () => {
  it('points to the document and the line', async () => {
    const { documents } = await read('namespaces: []\n---\ndeployments:\n  web:\n    image: nginx\n');
    const message = 'is no good';
    expect(
      faultsOf(
        [
          { pointer: '/1/deployments/web/image', message },
          { pointer: '/1/deployments/web/ports/0', message },
          { pointer: '/deployments', message },
        ],
        documents,
      ),
    ).toEqual([
      { file: 'app.yaml', position: { line: 5, column: 5 }, message: 'deployments/web/image is no good' },
      { file: 'app.yaml', position: { line: 4, column: 3 }, message: 'deployments/web/ports/0 is no good' },
      { file: 'app.yaml', position: { line: 1, column: 1 }, message: 'deployments is no good' },
    ]);
  });
});
