/** Whatever a record holds comes back as it was, and the list's text is the JSON of its two halves. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  configRecord,
  configRow,
  deploymentRecord,
  deploymentRow,
  eventRow,
  eventView,
  later,
  observationRecord,
  observationRow,
  revisionRecord,
  revisionRow,
  summaryText,
  userNumber,
  userRecord,
  userRow,
} from '../../../adapters/knex/codecs.ts';
import { declaredView, unobserved } from '../../../core/deployment/detail.ts';
import type { DeploymentRecord } from '../../../core/deployment/record.ts';
import { statuses } from '../../../core/deployment/status.ts';
import type { ObservedView } from '../../../core/deployment/view.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import { aConfig, aDeployment, anEvent, aRevision, aSlot, aSpec, aUser } from '../../support/records.ts';

const text = fc.string({ unit: 'binary' });
const instant = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const texts = fc.dictionary(text, text);

const deployments = fc
  .record({
    uid: text,
    id: text,
    namespace: text,
    name: text,
    kind: fc.constantFrom('worker' as const, 'job' as const),
    image: text,
    replicas: fc.nat(),
    revision: fc.nat(),
    generation: fc.nat(),
    createdAt: instant,
    updatedAt: instant,
    deletedAt: fc.option(instant),
  })
  .map((changes): DeploymentRecord => aDeployment(changes));

const views: fc.Arbitrary<ObservedView> = fc.record({
  status: fc.constantFrom(...statuses),
  status_reason: fc.option(text),
  instances: fc.array(text),
  ready_replicas: fc.nat(),
  restarts: fc.nat(),
  observed_at: fc.option(instant),
  rollout: fc.constant(null),
  schedule: fc.option(fc.record({ next_run_at: fc.option(instant), last_run_at: fc.option(instant) })),
});

const memories = fc
  .record({
    failures: fc.nat(),
    retryAt: fc.option(instant),
    slots: fc.dictionary(
      text,
      fc.nat().map((crashes) => aSlot({ crashes })),
    ),
  })
  .map((changes) => ({ ...emptyMemory, ...changes }));

test('a deployment comes back as it was', () => {
  fc.assert(
    fc.property(deployments, (record) => {
      expect(deploymentRecord(deploymentRow(record))).toEqual(record);
    }),
  );
});

test('a revision comes back as it was', () => {
  const pin = fc.option(fc.record({ imageId: text, repoDigest: fc.option(text) }));
  const revisions = fc
    .record({ number: fc.nat(), sealed: text, pin, labels: texts, command: fc.option(fc.array(text)) })
    .map(({ labels, command, ...rest }) => aRevision({ ...rest, spec: aSpec({ labels, command }) }));
  fc.assert(
    fc.property(revisions, (revision) => {
      expect(revisionRecord(revisionRow(revision))).toEqual(revision);
    }),
  );
});

test('an observation comes back as it was', () => {
  fc.assert(
    fc.property(views, memories, (view, memory) => {
      expect(observationRecord(observationRow('uid', { view, memory }))).toEqual({ view, memory });
    }),
  );
});

test('an event, a user and a config come back as they were', () => {
  fc.assert(
    fc.property(text, instant, fc.nat(), (any, at, number) => {
      const { uid, at: _at, ...event } = anEvent({ message: any });
      const seen = { id: `event_${number}`, timestamp: at, count: 1, first_seen: at, last_seen: at };
      expect(eventView({ ...eventRow({ ...event, uid, at }), number, sequence: 1 })).toEqual({
        ...event,
        ...seen,
      });
      const user = { id: String(number), ...aUser({ username: any, tokenEpoch: number }) };
      expect(userRecord({ ...userRow(user), id: number })).toEqual(user);
      const config = aConfig({ name: any, data: any, updatedAt: at });
      expect(configRecord(configRow(config))).toEqual(config);
    }),
  );
});

test('the text in the list is the JSON of both halves', () => {
  fc.assert(
    fc.property(deployments, views, (record, view) => {
      const { declared, deleted_at } = deploymentRow(record);
      const row = observationRow(record.uid, { view, memory: emptyMemory });
      const status = record.deletedAt === null ? view.status : 'deleted';
      expect(JSON.parse(summaryText({ ...row, declared, deleted_at, seen_at: null }))).toEqual({
        ...declaredView(record),
        ...view,
        status,
      });
    }),
  );
});

test('the text of what was never observed shows it so', () => {
  const { declared, deleted_at } = deploymentRow(aDeployment());
  const nothing = { status: null, observed_at: null, observed: null };
  const seen_at = '2024-01-15T11:00:00.000Z';
  expect(JSON.parse(summaryText({ declared, deleted_at, ...nothing, seen_at }))).toEqual({
    ...declaredView(aDeployment()),
    ...unobserved,
  });
});

test('the later of two instants does not depend on how they are written', () => {
  expect(later('2024-01-15T10:30:00Z', '2024-01-15T10:30:00.001Z')).toBe('2024-01-15T10:30:00.001Z');
  expect(later('2024-01-15T10:30:00.001Z', '2024-01-15T10:30:00Z')).toBe('2024-01-15T10:30:00.001Z');
  expect(later(null, '2024-01-15T10:30:00Z')).toBe('2024-01-15T10:30:00Z');
  expect(later('2024-01-15T10:30:00Z', null)).toBe('2024-01-15T10:30:00Z');
  expect(later(null, null)).toBeNull();
});

test('only the numbers that users can have are ids', () => {
  expect(['1', '42', '0', '01', '1.5', '1e3', '-1', '', 'x', '9'.repeat(20)].map(userNumber)).toEqual([
    1,
    42,
    ...Array.from({ length: 8 }, () => null),
  ]);
});
