/** The program of the page that shows the API, without a browser: it can be read, and what it says of schemas is true. */
import { createContext, Script } from 'node:vm';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { program } from '../../handlers/description/page/program.ts';
import { words } from '../../handlers/description/page/words.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import { makeDocument } from '../../handlers/openapi.ts';

interface Words {
  readonly typeText: (schema: object, document: object) => string;
  readonly sample: (schema: object, document: object) => unknown;
}

const load = (): Words => {
  const context = createContext({});
  new Script(`${words}; globalThis.loaded = { typeText, sample };`).runInContext(context);
  return context.loaded;
};

const document = () => JSON.parse(JSON.stringify(makeDocument(endpoints, { version: '1.2.3' })));

describe('the page', () => {
  test('has a program that can be read', () => {
    expect(() => new Script(program)).not.toThrow();
    expect(program).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|<\/script/);
  });

  test('says what a value may be', () => {
    const { typeText } = load();
    const root = document();
    expect(typeText({ $ref: '#/components/schemas/Credentials' }, root)).toBe(
      '{\n  username: string  // at most 256 characters\n  password: string  // at most 1024 characters\n}',
    );
    expect(typeText({ type: 'array', items: { enum: ['a', 'b'] } }, root)).toBe('("a" | "b")[]');
    expect(typeText({ anyOf: [{ type: 'string' }, { type: 'null' }] }, root)).toBe('string | null');
    for (const name of Object.keys(root.components.schemas)) {
      expect(typeText({ $ref: `#/components/schemas/${name}` }, root), name).not.toContain('undefined');
    }
  });

  test('suggests a deployment that the server takes', () => {
    const { sample } = load();
    const root = document();
    const { schemas } = root.components;
    const ajv = new Ajv2020({ strict: false });
    for (const name of [
      'DeploymentDraft',
      'DeploymentDeclaration',
      'NamespaceDraft',
      'VolumeDraft',
      'Rollback',
    ]) {
      const schema = { $ref: `#/components/schemas/${name}`, components: { schemas } };
      expect(ajv.validate(schema, JSON.parse(JSON.stringify(sample(schema, root)))), name).toBe(true);
    }
  });
});
