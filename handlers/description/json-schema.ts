/**
 * Converts the validating schemas to JSON Schema. The only file that uses the conversion library; named.ts decides
 * which schemas have names.
 */
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import type { Schema } from '../endpoint.ts';

/** A schema, as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Reference = Readonly<Record<'$ref', string>>;

/** Whether a schema describes what a client sends or what it receives. */
export type Side = 'input' | 'output';

/** Converts schemas to JSON Schema (draft 2020-12), named ones to references. */
export interface Converter {
  convert(schema: Schema, side: Side): JsonSchema;
  /** Returns everything referenced so far, transitively, by name. */
  components(): Readonly<Record<string, JsonSchema>>;
}

/** Makes a converter for these named schemas. */
export const makeConverter = (named: Readonly<Record<string, Schema>>): Converter => {
  const names = new Map<unknown, string>(Object.entries(named).map(([name, schema]) => [schema, name]));
  const wanted = new Map<string, Side>();
  const referTo = (name: string, side: Side): Reference => {
    if (!wanted.has(name)) wanted.set(name, side);
    return { $ref: `#/components/schemas/${name}` };
  };
  const inner = (root: Schema, side: Side): JsonSchema =>
    jsonSchemaOf(root, side, (schema) => {
      const name = schema === root ? undefined : names.get(schema);
      return name === undefined ? undefined : referTo(name, side);
    });
  return {
    convert(schema, side) {
      const name = names.get(schema);
      return name === undefined ? inner(schema, side) : referTo(name, side);
    },
    components() {
      const done = new Map<string, JsonSchema>();
      // Converting one may reference others: a Map also iterates entries that are added meanwhile.
      for (const [name, side] of wanted) {
        const schema = named[name];
        if (schema) done.set(name, inner(schema, side));
      }
      return Object.fromEntries([...done].sort(([one], [other]) => (one < other ? -1 : 1)));
    },
  };
};

type Override = (schema: unknown) => Reference | undefined;

const jsonSchemaOf = (schema: Schema, side: Side, override: Override): JsonSchema => {
  const { $schema: _draft, ...json } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: side,
    // Checks that JSON Schema cannot express are left out: the description may be looser than the check, never
    // stricter.
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => {
      const reference = override(valibotSchema);
      return reference && { $ref: reference.$ref };
    },
    overrideAction,
  });
  return inWireForm(json);
};

/**
 * Describes texts of a URL as the values that they represent; patterns only when they mean the same without flags, with
 * their rule as text.
 */
const overrideAction: NonNullable<ConversionConfig['overrideAction']> = ({
  valibotAction: action,
  jsonSchema,
}) => {
  if (action.type === 'metadata' && 'metadata' in action && isWire(action.metadata))
    return action.metadata.wire;
  if (action.type !== 'regex' || !('requirement' in action) || !(action.requirement instanceof RegExp))
    return;
  const { source, flags } = action.requirement;
  const rule = 'message' in action && typeof action.message === 'string' ? action.message : undefined;
  const { pattern: _pattern, ...rest } = jsonSchema;
  return {
    ...rest,
    ...(/^u?$/.test(flags) ? { pattern: source } : {}),
    ...(rule === undefined ? {} : { description: rule }),
  };
};

const isWire = (metadata: unknown): metadata is { readonly wire: ReturnType<typeof toJsonSchema> } =>
  typeof metadata === 'object' && metadata !== null && 'wire' in metadata;

/** Defaults of a query are texts; this converts them to the values that they represent. */
const inWireForm = (json: JsonSchema): JsonSchema => {
  const { default: given } = json;
  if (typeof given !== 'string') return json;
  if (json.type === 'integer' || json.type === 'boolean') return { ...json, default: JSON.parse(given) };
  return json;
};
