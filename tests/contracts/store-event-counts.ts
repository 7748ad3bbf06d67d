/** Whatever is added in whatever order: the store counts as a plain model does, and nothing that was added is lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventView, NewEvent } from '../../core/event/event.ts';
import { aDeployment, anEvent, madeAt } from '../support/records.ts';
import { type Harness, insertAll } from './store-harness.ts';

const hourMs = 60 * 60 * 1000;

type Row = Pick<EventView, 'message' | 'level' | 'count' | 'first_seen' | 'last_seen'>;

/** The rows of one deployment after all calls, the newest last. */
function model(calls: readonly (readonly NewEvent[])[]): readonly Row[] {
  const numbers = new Map<Row, number>();
  let rows: Row[] = [];
  for (const call of calls) {
    const out = new Set(rows.slice(0, -50));
    for (const { message, level, at } of call) {
      const before = rows.findLast(
        (row) =>
          !out.has(row) &&
          row.message === message &&
          row.level === level &&
          Math.abs(Date.parse(at) - Date.parse(row.last_seen)) <= 24 * hourMs,
      );
      const row = before ?? { message, level, count: 0, first_seen: at, last_seen: at };
      Object.assign(row, { count: row.count + 1, last_seen: [row.last_seen, at].sort()[1] });
      numbers.set(row, numbers.get(row) ?? numbers.size);
      const place = (one: Row): string => `${one.last_seen} ${String(numbers.get(one)).padStart(9, '0')}`;
      rows = [...new Set([...rows, row])].sort((one, other) => (place(one) < place(other) ? -1 : 1));
    }
  }
  return rows;
}

const rowOf = ({ message, level, count, first_seen, last_seen }: EventView): Row => ({
  message,
  level,
  count,
  first_seen,
  last_seen,
});

/** Hours that pass before an event; now and then the clock goes back. */
const hours = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 0, 0, 1) },
  { weight: 1, arbitrary: fc.integer({ min: -30, max: 30 }) },
);
const happening = fc.record({
  hours,
  message: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 80 })).map(String),
  level: fc.constantFrom('info' as const, 'error' as const),
});
const history = fc.array(fc.array(happening, { maxLength: 40 }), { maxLength: 6 });

/** Of counting. */
export const storeCountsEvents = (harness: Harness) =>
  test('events are counted as a plain model counts them', async () => {
    const store = await harness().open();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(history, async (calls) => {
        runs += 1;
        const name = `web-${runs}`;
        const uid = `uid-${name}`;
        await insertAll(store, aDeployment({ name }));
        let now = Date.parse(madeAt);
        const added = calls.map((call) =>
          call.map(({ hours: passed, message, level }) => {
            now += passed * hourMs;
            return anEvent({ uid, message, level, at: new Date(now).toISOString() });
          }),
        );
        for (const events of added) await store.write((stores) => stores.events.add(events));
        const listed = await store.stores.events.list(uid, { limit: 1000 });
        const rows = listed.map(rowOf);
        expect(rows).toEqual(model(added));
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(added.flat().length);
      }),
      { numRuns: 60 },
    );
  });
