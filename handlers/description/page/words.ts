/** The part of the page's script that formats schemas: their type as text, and a sample value. */

/** A script; it defines `typeText` and `sample`, both of (schema, document). */
export const words = String.raw`
const resolved = (schema, root) => {
  if (!schema || !schema.$ref) return schema || {};
  const found = schema.$ref.slice(2).split('/').reduce((at, key) => at && at[key], root) || {};
  const { $ref, ...beside } = schema;
  return { ...found, ...beside };
};
const nameOf = (schema) => (schema && schema.$ref ? schema.$ref.split('/').pop() : '');

const bounds = (schema) => {
  const { minimum, maximum, minLength, maxLength, maxItems } = schema;
  const words = [];
  if (minimum !== undefined || maximum !== undefined) words.push((minimum ?? '') + '..' + (maximum ?? ''));
  if (minLength > 1) words.push('at least ' + minLength + ' characters');
  if (maxLength !== undefined) words.push('at most ' + maxLength + ' characters');
  if (maxItems !== undefined) words.push('at most ' + maxItems);
  if (schema.default !== undefined) words.push('default ' + JSON.stringify(schema.default));
  if (schema.description) words.push(schema.description);
  return words.join(', ');
};

const typeText = (given, root, indent = '', seen = []) => {
  const name = nameOf(given);
  if (name && (seen.includes(name) || seen.length > 3)) return name;
  const schema = resolved(given, root);
  const within = name ? [...seen, name] : seen;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const options = schema.anyOf || schema.oneOf;
  if (options) return options.map((one) => typeText(one, root, indent, within)).join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => typeText(one, root, indent, within)).join(' & ');
  if (schema.type === 'array') {
    const item = typeText(schema.items, root, indent, within);
    return / [|&] /.test(item) && !item.startsWith('{') ? '(' + item + ')[]' : item + '[]';
  }
  if (schema.type === 'object' && schema.properties) return objectText(schema, root, indent, within);
  if (schema.type === 'object' && schema.additionalProperties)
    return '{ [name]: ' + typeText(schema.additionalProperties, root, indent, within) + ' }';
  return schema.type || 'any JSON';
};

const objectText = (schema, root, indent, seen) => {
  const deeper = indent + '  ';
  const lines = Object.entries(schema.properties).map(([key, value]) => {
    const mark = (schema.required || []).includes(key) ? '' : '?';
    const note = bounds(resolved(value, root));
    return deeper + key + mark + ': ' + typeText(value, root, deeper, seen) + (note ? '  // ' + note : '');
  });
  return lines.length === 0 ? '{}' : '{\n' + lines.join('\n') + '\n' + indent + '}';
};

const usual = { name: 'web', image: 'nginx:1.27', username: 'admin', password: '', value: '', replicas: 2 };

const sample = (given, root, key = '') => {
  const schema = resolved(given, root);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const options = schema.anyOf || schema.oneOf || schema.allOf;
  if (options) return sample(options[0], root, key);
  if (schema.type === 'object') {
    const wanted = (schema.required || []).map((one) => [one, sample(schema.properties[one], root, one)]);
    return Object.fromEntries(wanted);
  }
  if (key in usual) return usual[key];
  if (schema.type === 'array') return [];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0;
  return schema.type === 'boolean' ? false : '';
};
`;
