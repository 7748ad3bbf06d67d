/** The document of the API and the page that shows it: made of the endpoints, valid, and where they are asked for. */
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { makeConverter } from '../../handlers/description/json-schema.ts';
import { named } from '../../handlers/description/named.ts';
import { documentPath } from '../../handlers/description/operation.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import { makeDocument } from '../../handlers/openapi.ts';
import { onBothTransports } from '../support/transports.ts';

const makeTestDocument = () => JSON.parse(JSON.stringify(makeDocument(endpoints, { version: '1.2.3' })));

interface Operation {
  readonly operationId: string;
  readonly security: readonly { readonly bearer: readonly string[] }[];
  readonly parameters?: readonly { readonly name: string; readonly schema: object }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const operationsOf = (document: ReturnType<typeof makeTestDocument>): readonly Operation[] =>
  Object.values(document.paths).flatMap((methods) => Object.values(methods as Record<string, Operation>));

describe('the document', () => {
  test('has every endpoint under its name, with its scope and its replies', () => {
    const shown = operationsOf(makeTestDocument()).map(({ operationId, security, responses }) => [
      operationId,
      security[0]?.bearer[0] ?? 'public',
      Object.keys(responses),
    ]);
    const wanted = Object.entries(endpoints).map(([name, { scope, replies }]) => [
      name,
      scope,
      [...Object.keys(replies), 'default'],
    ]);
    expect(shown.sort()).toEqual(wanted.sort());
  });

  test('resolves every reference, and describes nothing that is not referred to', () => {
    const document = makeTestDocument();
    const references = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at]) => at),
    );
    const missing = [...references].filter(
      (at) => (at ?? '').split('/').reduce((here, key) => here?.[key], document) === undefined,
    );
    expect(missing).toEqual([]);
    const { securitySchemes: _bearer, ...described } = document.components;
    const all = Object.entries(described).flatMap(([kind, entries]) =>
      Object.keys(entries as object).map((name) => `components/${kind}/${name}`),
    );
    expect(all.filter((at) => !references.has(at))).toEqual([]);
  });

  test('has only schemas that a strict validator takes', () => {
    const document = makeTestDocument();
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
    ajv.addVocabulary(['components']);
    const parameters = operationsOf(document).flatMap((operation) => operation.parameters ?? []);
    const { schemas } = document.components;
    for (const { name, schema } of parameters.filter((one) => 'schema' in one)) {
      expect(() => ajv.compile({ ...schema, components: { schemas } }), name).not.toThrow();
    }
    for (const name of Object.keys(schemas)) {
      const whole = { $ref: `#/components/schemas/${name}`, components: { schemas } };
      expect(() => ajv.compile(whole), name).not.toThrow();
    }
  });

  test('gives numbers and flags of a query as what they stand for, with their defaults', () => {
    const { parameters } = makeTestDocument().paths['/deployments/{id}/logs'].get;
    const schemaOf = (wanted: string) =>
      parameters.find(({ name }: { name: string }) => name === wanted)?.schema;
    expect(schemaOf('tail')).toEqual({ type: 'integer', minimum: 0, maximum: 10_000, default: 1000 });
    expect(schemaOf('follow')).toEqual({ type: 'boolean', default: false });
  });

  test('names what is sent and what is got, so that nothing large is described twice', () => {
    const document = makeTestDocument();
    const inline = operationsOf(document).flatMap(({ operationId, ...operation }) =>
      JSON.stringify(operation).includes('"properties"') ? [operationId] : [],
    );
    expect(inline).toEqual([]);
  });

  test('says the same of a schema that is both sent and got', () => {
    for (const [name, schema] of Object.entries(named)) {
      const sent = makeConverter({}).convert(schema, 'input');
      expect(makeConverter({}).convert(schema, 'output'), name).toEqual(sent);
    }
  });
});

onBothTransports('what describes the API', (open) => {
  test('is given to anybody, for the path it was asked for', async () => {
    const api = await open({ basePath: '/ring' });
    const { status, body } = await api.call('GET', '/ring/openapi.json', { as: null });
    expect([status, body.openapi, body.servers]).toEqual([200, '3.1.0', [{ url: '/ring' }]]);
    expect(Object.keys(body.paths)).toContain(documentPath('/deployments/:id'));
    const plain = await open();
    expect((await plain.call('GET', '/openapi.json', { as: null })).body.servers).toEqual([{ url: '/' }]);
  });

  test('is shown by a page that loads nothing from elsewhere', async () => {
    const api = await open();
    const { status, headers, body } = await api.call('GET', '/docs', { as: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; /,
    );
    expect(body).not.toMatch(/(src|href)="?(https?:)?\/\//);
    for (const kind of ['script', 'style']) {
      const [, text = ''] = new RegExp(`<${kind}>([^]*?)</${kind}>`).exec(body) ?? [];
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
      expect(policy).toContain(`${kind}-src 'sha256-${Buffer.from(digest).toString('base64')}'`);
    }
  });
});
