/**
 * Part of a migration: gives each job from before runs existed its single run, with the memory of its slots, so that
 * nothing that has started runs again. The stored formats are repeated here, because they must stay as they were then.
 */
import type { Knex } from 'knex';

interface OldRun {
  readonly intendedAt: string;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly outcome: 'completed' | 'failed' | null;
  readonly reason: string | null;
}

interface OldMemory {
  readonly slots: Readonly<Record<string, { readonly revision: number; readonly run: OldRun | null }>>;
}

interface OldRow {
  readonly uid: string;
  readonly revision: number;
  readonly declared: string;
  readonly memory: string | null;
}

/** Gives each job run 1, of its declared revision. */
export async function giveFirstRuns(trx: Knex): Promise<void> {
  const rows: OldRow[] = await trx('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .select('d.uid', 'd.revision', 'd.declared', 'o.memory');
  for (const row of rows) {
    const { kind, replicas, updated_at } = JSON.parse(row.declared);
    if (kind !== 'job') continue;
    const memory: OldMemory = row.memory === null ? { slots: {} } : JSON.parse(row.memory);
    const result = resultOf(row, memory, replicas);
    await trx('runs').insert({
      uid: row.uid,
      number: 1,
      revision: row.revision,
      cause: 'declared',
      author: '',
      scheduled_at: null,
      created_at: updated_at,
      completions: replicas,
      sealed: null,
      cancel_reason: null,
      state: result.state,
      finished_at: result.finishedAt,
      result: JSON.stringify(result),
    });
    if (row.memory !== null) {
      await trx('observations')
        .where('uid', row.uid)
        .update({ memory: JSON.stringify(withTries(memory)) });
    }
  }
}

/** Returns the result of the run, derived from the memory of its slots at the declared revision. */
function resultOf({ revision }: OldRow, { slots }: OldMemory, replicas: number) {
  const parts = Array.from({ length: replicas }, (_, index) => {
    const slot = slots[index];
    const run = slot?.revision === revision ? slot.run : null;
    return {
      index,
      attempts: run === null ? 0 : 1,
      outcome: run?.outcome ?? null,
      exitCode: run?.exitCode ?? null,
      startedAt: run?.intendedAt ?? null,
      finishedAt: run?.outcome ? run.finishedAt : null,
      reason: run?.reason ?? null,
    };
  });
  const isOver = parts.every(({ outcome }) => outcome !== null);
  const failed = parts.find(({ outcome }) => outcome === 'failed');
  const begun = parts.filter(({ attempts }) => attempts > 0);
  const startedAt = parts.flatMap((part) => part.startedAt ?? []).sort()[0] ?? null;
  const finishedAt = parts
    .flatMap((part) => part.finishedAt ?? [])
    .sort()
    .at(-1);
  const underWay = startedAt === null ? 'pending' : 'running';
  return {
    state: isOver ? (failed ? 'failed' : 'completed') : underWay,
    startedAt,
    finishedAt: isOver ? (finishedAt ?? null) : null,
    reason: isOver ? (failed?.reason ?? null) : null,
    parts: begun,
  };
}

/** Converts the memory of a slot's run to its first try. */
const withTries = (memory: OldMemory): unknown => ({
  ...memory,
  slots: Object.fromEntries(
    Object.entries(memory.slots).map(([slot, remembered]) => [
      slot,
      { ...remembered, run: remembered.run == null ? null : { ...remembered.run, attempt: 1 } },
    ]),
  ),
});
