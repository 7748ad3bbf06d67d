/** Describes one endpoint as an operation of the document: its parameters, replies and scope. */
import type { AnyEndpoint, Schema } from '../endpoint.ts';
import type { Converter, JsonSchema } from './json-schema.ts';
import { headersOf, parametersOf } from './shared.ts';

type Described = AnyEndpoint<never>;

/** Returns the operation of an endpoint with this name. */
export const operationOf = (name: string, endpoint: Described, converter: Converter): JsonSchema => {
  const parameters = [
    ...ownParameters(endpoint, converter),
    ...parametersOf(endpoint).map((header) => ({ $ref: `#/components/parameters/${header}` })),
  ];
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [tagOf(endpoint.path)],
    security: endpoint.scope === 'public' ? [] : [{ bearer: [endpoint.scope] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body ? { requestBody: requestBody(endpoint, endpoint.body, converter) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.keys(endpoint.replies).map((status) => [
          status,
          responseOf(endpoint, Number(status), converter),
        ]),
      ),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
};

/** `/deployments/{id}` for `/deployments/:id`. */
export const documentPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

const parts: Readonly<Record<string, string>> = {
  healthz: 'system',
  readyz: 'system',
  reconcile: 'system',
  gc: 'system',
  node: 'system',
  metrics: 'system',
  usage: 'deployments',
  'openapi.json': 'system',
  docs: 'system',
  login: 'session',
  logout: 'session',
};

/** Returns the tag of an endpoint: the first word of its path, with runs apart from their deployments. */
export const tagOf = (path: string): string => {
  const [, first = '', , third] = path.split('/');
  return third === 'runs' ? 'runs' : (parts[first] ?? first);
};

const ownParameters = ({ params, query }: Described, converter: Converter): readonly JsonSchema[] => {
  const given = Object.entries(entriesOf(params)).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: converter.convert(schema, 'input'),
  }));
  const asked = Object.entries(entriesOf(query)).map(([name, schema]) => ({
    name,
    in: 'query',
    required: schema.type !== 'optional',
    ...(name.endsWith('[]') ? { style: 'form', explode: true } : {}),
    schema: converter.convert(schema, 'input'),
  }));
  return [...given, ...asked];
};

const entriesOf = (schema: Schema | undefined): Readonly<Record<string, Schema>> =>
  schema !== undefined && 'entries' in schema && isEntries(schema.entries) ? schema.entries : {};

const isEntries = (value: unknown): value is Readonly<Record<string, Schema>> =>
  typeof value === 'object' && value !== null;

const requestBody = ({ method }: Described, schema: Schema, converter: Converter): JsonSchema => {
  const content = { schema: converter.convert(schema, 'input') };
  return {
    required: schema.type !== 'optional',
    content: {
      'application/json': content,
      ...(method === 'PATCH' ? { 'application/merge-patch+json': content } : {}),
    },
  };
};

const words: Readonly<Record<number, string>> = {
  200: 'As asked',
  201: 'Created',
  204: 'Done; no content',
  503: 'Unavailable',
};

const responseOf = (endpoint: Described, status: number, converter: Converter): JsonSchema => {
  const content = contentOf(endpoint.replies[status], status, converter);
  const headers = Object.entries(headersOf(endpoint, status)).map(([header, name]) => [
    header,
    { $ref: `#/components/headers/${name}` },
  ]);
  return {
    description: words[status] ?? 'The reply',
    headers: Object.fromEntries(headers),
    ...(content === null ? {} : { content }),
  };
};

const contentOf = (
  declared: Described['replies'][number] | undefined,
  status: number,
  converter: Converter,
): JsonSchema | null => {
  if (declared === undefined) return null;
  if (!('mediaType' in declared)) {
    if (declared.type === 'null') return null;
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    return { [type]: { schema: converter.convert(declared, 'output') } };
  }
  const text = { [declared.mediaType]: { schema: { type: 'string' } } };
  if (declared.json === undefined) return text;
  return {
    'application/json': { schema: converter.convert(declared.json, 'output') },
    [declared.mediaType]: {
      schema: {
        type: 'string',
        description:
          'Server-sent events; the data of each is one item of the JSON reply. Events named end and gap say why nothing more comes, and what is missing.',
      },
    },
  };
};
