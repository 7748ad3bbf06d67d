import { describe, expect, it } from 'vitest';
import { doneLine, planLines } from '../../../../adapters/cli/manifest/render.ts';
import { makePaint } from '../../../../adapters/cli/paint.ts';
import { type Change, type ChangeSet, summarize } from '../../../../core/manifest/change.ts';

const plainly = makePaint(false);

const aChange = (over: Partial<Change> = {}): Change => ({
  kind: 'deployment',
  id: 'web',
  namespace: 'default',
  change: 'create',
  fields: [],
  reason: null,
  revision: 1,
  replaces: false,
  rolls_out: [],
  waits_for: null,
  actions: [],
  ...over,
});

const aSet = (changes: Change[], unseen: string | null = null): ChangeSet => ({
  changes,
  summary: summarize(changes),
  unseen,
});

describe('showing a plan', () => {
  it('tells each change with its differences and steps, and counts the rest', () => {
    const changes = [
      aChange({
        fields: [{ pointer: '/image', before: null, after: 'nginx:1' }],
        actions: [{ kind: 'createInstance', slot: 0, words: 'create replica 0 at revision 1' }],
      }),
      aChange({
        id: 'api',
        namespace: 'shop',
        change: 'update',
        revision: 4,
        replaces: true,
        waits_for: 'waits for db to be healthy',
        fields: [
          { pointer: '/image', before: 'api:1', after: 'api:2' },
          { pointer: '/secrets/A~1B', before: '***', after: null },
        ],
      }),
      aChange({
        kind: 'config',
        id: 'site',
        change: 'update',
        revision: null,
        rolls_out: ['web'],
        fields: [{ pointer: '/data', before: 'a\nb\nc\nd\n', after: 'a\nb\nX\nd\n' }],
      }),
      aChange({
        id: 'old',
        change: 'delete',
        revision: null,
        reason: 'it is not declared and matches app=shop',
      }),
      aChange({ id: 'same', change: 'none' }),
    ];
    expect(planLines(aSet(changes), plainly)).toEqual([
      '+ deployment/web: create, revision 1',
      '    + image: "nginx:1"',
      '    > create replica 0 at revision 1',
      '',
      '~ deployment/api in shop: update, revision 4, what runs is replaced',
      '    image: "api:1" -> "api:2"',
      '    - secrets.A/B: "***"',
      '    waits for db to be healthy',
      '',
      '~ config/site: update',
      '    data:',
      '      b',
      '    - c',
      '    + X',
      '      d',
      '    rolls out web',
      '',
      '- deployment/old: delete',
      '    because it is not declared and matches app=shop',
      '',
      '1 to create, 2 to change, 0 to scale, 1 to delete, 1 as declared.',
    ]);
  });

  it('says that no steps are known where the engine is away', () => {
    const lines = planLines(aSet([aChange({ actions: null })], 'it does not answer'), plainly);
    expect(lines.at(-2)).toBe('The engine cannot be seen, so no steps are shown: it does not answer');
  });

  it('lets nothing of a value steer the terminal', () => {
    const fields = [{ pointer: '/labels/a', before: null, after: '\u001b[2Jx' }];
    expect(planLines(aSet([aChange({ fields })]), plainly)[1]).toBe('    + labels.a: "\\u001b[2Jx"');
  });

  it('colours where colours may be', () => {
    expect(doneLine(aChange(), makePaint(true))).toBe('\u001b[32mdeployment/web created\u001b[0m');
    expect(doneLine(aChange({ change: 'none' }), plainly)).toBe('deployment/web unchanged');
  });
});
