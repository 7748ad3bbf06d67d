import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { normalize } from '../../../core/deployment/spec/normalize.ts';
import { fieldsOf } from '../../../core/manifest/fields.ts';
import { validDrafts } from '../../support/arbitrary-drafts.ts';
import { aNormalForm } from '../../support/builders.ts';

const between = (before: Partial<DeploymentDraft>, after: Partial<DeploymentDraft>) =>
  fieldsOf(aNormalForm(before), aNormalForm(after)).map((one) => [one.pointer, one.before, one.after]);

describe('the fields that two declarations differ in', () => {
  it('are named as they were sent, one by one', () => {
    expect(
      between(
        { command: ['a'], labels: { 'a/b': '1', gone: 'x' }, resources: { limits: { memory: '64m' } } },
        { command: ['a', 'b'], labels: { 'a/b': '2' }, resources: { limits: { cpu: '500m' } }, replicas: 3 },
      ),
    ).toEqual([
      ['/replicas', 1, 3],
      ['/labels/a~1b', '1', '2'],
      ['/labels/gone', 'x', null],
      ['/command', ['a'], ['a', 'b']],
      ['/resources/limits/memory', 67_108_864, null],
      ['/resources/limits/cpu', null, 0.5],
    ]);
  });

  it('of lists as long as each other are told item by item', () => {
    const memory = { type: 'tmpfs' as const, destination: '/b' };
    expect(between({ volumes: ['/a:/a', 'data:/b'] }, { volumes: ['/a:/a', memory] })).toEqual([
      ['/volumes/1/type', 'volume', 'tmpfs'],
      ['/volumes/1/source', 'data', null],
    ]);
  });

  it('never tell what may be a secret', () => {
    const credentials = { username: 'me', password: 'hunter2' };
    const logging = { driver: 'splunk', options: { token: 'hunter2' } };
    const told = between(
      { secrets: { A: 'hunter2', B: { secretRef: 'db' }, SAME: 'hunter2' } },
      {
        environment: { A: { secretRef: 'a' }, B: 'hunter2', SAME: 'hunter2' },
        registry_credentials: credentials,
        logging,
      },
    );
    expect(told).toEqual([
      ['/environment/A', '***', { secretRef: 'a' }],
      ['/environment/B', { secretRef: 'db' }, '***'],
      ['/logging', null, { driver: 'splunk', options: { token: '***' } }],
      ['/registry_credentials', null, { username: 'me', password: '***' }],
    ]);
    expect(between({ logging }, { logging: { ...logging, options: { token: 'other' } } })).toEqual([
      ['/logging/options/token', '***', '***'],
    ]);
  });

  it('of a new one are those that are not as they are by default', () => {
    expect(fieldsOf(null, aNormalForm({ replicas: 1, labels: { app: 'web' } }))).toEqual([
      { pointer: '/labels/app', before: null, after: 'web' },
      { pointer: '/image', before: null, after: 'nginx:1.21' },
    ]);
  });

  it('are none of the same declaration, and some of any other one', () => {
    fc.assert(
      fc.property(validDrafts, validDrafts, (one, other) => {
        const [before, after] = [normalize(one), normalize({ ...other, name: one.name })];
        const text = ({ replicas, spec, confidential }: typeof before) =>
          JSON.stringify([replicas, spec, confidential]);
        expect(fieldsOf(before, normalize(one))).toEqual([]);
        expect(fieldsOf(before, after).length > 0).toBe(text(before) !== text(after));
      }),
    );
  });
});
