/**
 * Generates the JSON Schema of manifest files: what the server accepts, and what only files may contain (variables,
 * `file:`, extension fields). It is derived from the validating schema, so that the two cannot differ.
 */
import { Manifest } from '../../../core/manifest/manifest.ts';
import { type JsonSchema, makeConverter } from '../../../handlers/description/json-schema.ts';
import { fieldWords } from './field-words.ts';

/** Returns the schema as plain JSON. */
export function manifestSchema(): JsonSchema {
  const { properties, ...root } = recordOf(described(makeConverter({}).convert(Manifest, 'input'), ''));
  const { configs, secrets, ...rest } = recordOf(properties);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A manifest of Ring',
    ...root,
    properties: {
      ...rest,
      configs: withFile(configs, 'configs', 'data'),
      secrets: withFile(secrets, 'secrets', 'value'),
    },
    patternProperties: { '^x-': { description: 'Whatever you want to keep here, such as anchors.' } },
    $defs: {
      variable: { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}' },
    },
  };
}

/** Adds descriptions to each field, and allows variables where a text would be refused. */
function described(schema: unknown, path: string): unknown {
  if (Array.isArray(schema)) return schema.map((one) => described(one, path));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, items, additionalProperties, anyOf, oneOf, ...rest } = recordOf(schema);
  const inner = {
    ...rest,
    ...(properties === undefined ? {} : { properties: fieldsOf(properties, path) }),
    ...(items === undefined ? {} : { items: described(items, path) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: described(additionalProperties, path) }),
    ...(anyOf === undefined ? {} : { anyOf: described(anyOf, path) }),
    ...(oneOf === undefined ? {} : { oneOf: described(oneOf, path) }),
  };
  return takesAnyText(inner) ? inner : { anyOf: [inner, { $ref: '#/$defs/variable' }] };
}

const fieldsOf = (properties: unknown, path: string): JsonSchema =>
  Object.fromEntries(
    Object.entries(recordOf(properties)).map(([name, schema]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const words = fieldWords[at];
      return [
        name,
        { ...recordOf(described(schema, at)), ...(words === undefined ? {} : { description: words }) },
      ];
    }),
  );

/** Whether the schema already accepts a text with a variable, or the field cannot contain one. */
function takesAnyText(schema: JsonSchema): boolean {
  const { type } = schema;
  if ('const' in schema) return true;
  if (type === 'string') return !('pattern' in schema || 'enum' in schema);
  return type !== 'number' && type !== 'integer' && type !== 'boolean';
}

function withFile(section: unknown, name: string, field: string): JsonSchema {
  const { additionalProperties, ...rest } = recordOf(section);
  const { properties, required: _required, ...entry } = recordOf(additionalProperties);
  return {
    ...rest,
    additionalProperties: {
      ...entry,
      properties: {
        ...recordOf(properties),
        file: { type: 'string', minLength: 1, description: fieldWords[`${name}.file`] },
      },
      oneOf: [{ required: [field] }, { required: ['file'] }],
    },
  };
}

const recordOf = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
