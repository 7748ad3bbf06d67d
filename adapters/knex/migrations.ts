/**
 * Defines the tables. A released migration is never changed; a later one alters its result. Foreign keys are off while
 * migrations run, so a table can be rebuilt without deleting its children. `touched` is the number of the write that
 * last changed a row.
 */
import type { Knex } from 'knex';
import { giveFirstRuns } from './first-runs.ts';

/** One step of the schema; its name never changes. */
export interface Migration {
  readonly name: string;
  up(trx: Knex): Promise<void>;
}

/** All steps, oldest first. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-first',
    async up(trx) {
      await makeDeployments(trx);
      await makeAccess(trx);
      await makeReconciler(trx);
    },
  },
  {
    name: '0002-rollouts',
    async up(trx) {
      await trx.schema.alterTable('deployments', (table) => {
        table.integer('paused').notNullable().defaultTo(0);
        table.integer('resumes').notNullable().defaultTo(0);
      });
      await trx.schema.alterTable('revisions', (table) => {
        table.text('cause').notNullable().defaultTo('{"kind":"declared"}');
        table.text('author').notNullable().defaultTo('');
      });
      await trx.schema.alterTable('observations', (table) => {
        table.integer('stable');
      });
      // The list is assembled from stored texts, so the fields that are now shown of every deployment are added to
      // them.
      await trx('observations')
        .whereNotNull('observed')
        .update({
          observed: trx.raw('substr(observed, 1, length(observed) - 1) || ?', [',"rollout":null}']),
        });
      await trx.schema.alterTable('events', (table) => {
        table.dropIndex(['uid', 'number']);
        table.index(['uid', 'last_seen', 'number']);
      });
      await makeHealthChecks(trx);
    },
  },
  {
    name: '0003-jobs-and-inputs',
    async up(trx) {
      await makeRuns(trx);
      await giveFirstRuns(trx);
      await trx('observations')
        .whereNotNull('observed')
        .update({
          observed: trx.raw('substr(observed, 1, length(observed) - 1) || ?', [',"schedule":null}']),
        });
      await makeInputs(trx);
      await trx.schema.createTable('namespaces', (table) => {
        table.text('name').notNullable().primary();
        table.text('created_at').notNullable();
        table.text('deleted_at');
      });
      await fillNamespaces(trx);
      await trx.schema.createTable('images', (table) => {
        table.text('image_id').notNullable().primary();
        table.text('names').notNullable();
        table.text('pulled_at').notNullable();
        table.text('unused_since');
      });
    },
  },
  {
    name: '0004-request-keys',
    async up(trx) {
      await trx.schema.createTable('request_keys', (table) => {
        table.text('id').notNullable().primary();
        table.text('fingerprint').notNullable();
        table.text('holder').notNullable();
        table.text('claim').notNullable();
        table.integer('committed').notNullable();
        table.text('reply');
        table.bigInteger('claimed_at').notNullable().index();
      });
    },
  },
  {
    name: '0005-event-sequence',
    async up(trx) {
      await trx.schema.alterTable('events', (table) => {
        table.bigInteger('sequence').notNullable().defaultTo(0);
        table.index(['sequence']);
      });
      await trx.schema.alterTable('deployments', (table) => {
        table.bigInteger('events_dropped').notNullable().defaultTo(0);
      });
      await trx.schema.alterTable('changes', (table) => {
        table.bigInteger('events').notNullable().defaultTo(0);
        table.bigInteger('events_dropped').notNullable().defaultTo(0);
      });
      await trx('events').update({ sequence: trx.ref('number') });
      const [newest]: { readonly last: unknown }[] = await trx('events').max('number as last');
      await trx('changes').update({ events: Number(newest?.last ?? 0) });
    },
  },
];

/** Creates the namespaces that existing objects are in. */
async function fillNamespaces(trx: Knex): Promise<void> {
  const names: string[] = [
    ...(await trx('deployments').distinct('namespace').pluck('namespace')),
    ...(await trx('configs').distinct('namespace').pluck('namespace')),
  ];
  const createdAt = new Date().toISOString();
  for (const name of new Set(names)) await trx('namespaces').insert({ name, created_at: createdAt });
}

async function makeDeployments(trx: Knex): Promise<void> {
  await trx.schema.createTable('deployments', (table) => {
    table.text('uid').notNullable().primary();
    table.text('id').notNullable().unique();
    table.text('namespace').notNullable();
    table.text('name').notNullable();
    table.text('runtime').notNullable();
    table.integer('revision').notNullable();
    table.integer('generation').notNullable();
    table.text('deleted_at');
    table.text('declared').notNullable();
    table.bigInteger('touched').notNullable();
    table.unique(['namespace', 'name']);
  });
  await trx.schema.createTable('revisions', (table) => {
    table.text('uid').notNullable().references('uid').inTable('deployments').onDelete('CASCADE');
    table.integer('number').notNullable();
    table.text('spec_hash').notNullable();
    table.text('spec').notNullable();
    table.text('sealed').notNullable();
    table.text('pin');
    table.text('created_at').notNullable();
    table.primary(['uid', 'number']);
  });
  await trx.schema.createTable('observations', (table) => {
    table.text('uid').notNullable().primary().references('uid').inTable('deployments').onDelete('CASCADE');
    table.text('status');
    table.text('observed_at');
    table.text('observed');
    table.text('memory').notNullable();
    table.bigInteger('touched').notNullable();
  });
  await trx.schema.createTable('events', (table) => {
    table.increments('number');
    table.text('uid').notNullable().references('uid').inTable('deployments').onDelete('CASCADE');
    table.text('level').notNullable();
    table.text('component').notNullable();
    table.text('reason').notNullable();
    table.text('message').notNullable();
    table.integer('count').notNullable();
    table.text('first_seen').notNullable();
    table.text('last_seen').notNullable();
    table.index(['uid', 'number']);
  });
  await trx.schema.createTable('configs', (table) => {
    table.text('id').notNullable().primary();
    table.text('namespace').notNullable();
    table.text('name').notNullable();
    table.text('data').notNullable();
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.unique(['namespace', 'name']);
  });
}

async function makeHealthChecks(trx: Knex): Promise<void> {
  await trx.schema.createTable('health_checks', (table) => {
    table.text('instance_id').notNullable().primary();
    table.text('uid').notNullable().references('uid').inTable('deployments').onDelete('CASCADE');
    table.integer('slot').notNullable();
    table.bigInteger('ended_at').index();
    table.text('record').notNullable();
    table.index(['uid', 'slot']);
  });
}

async function makeRuns(trx: Knex): Promise<void> {
  await trx.schema.createTable('runs', (table) => {
    table.text('uid').notNullable().references('uid').inTable('deployments').onDelete('CASCADE');
    table.integer('number').notNullable();
    table.integer('revision').notNullable();
    table.text('cause').notNullable();
    table.text('author').notNullable();
    table.text('scheduled_at');
    table.text('created_at').notNullable();
    table.integer('completions').notNullable();
    table.text('sealed');
    table.text('cancel_reason');
    table.text('state').notNullable();
    table.text('finished_at');
    table.text('result').notNullable();
    table.primary(['uid', 'number']);
    table.unique(['uid', 'scheduled_at']);
  });
}

/** Adds the inputs of revisions: secrets, and configs, which now have versions. */
async function makeInputs(trx: Knex): Promise<void> {
  await trx.schema.createTable('secrets', (table) => {
    table.text('id').notNullable().primary();
    table.text('namespace').notNullable();
    table.text('name').notNullable();
    table.text('sealed').notNullable();
    table.integer('version').notNullable();
    table.text('created_at').notNullable();
    table.text('updated_at').notNullable();
    table.unique(['namespace', 'name']);
  });
  await trx.schema.alterTable('configs', (table) => {
    table.integer('version').notNullable().defaultTo(1);
  });
  await trx.schema.alterTable('revisions', (table) => {
    table.text('inputs').notNullable().defaultTo('[]');
  });
  await trx.schema.createTable('revision_inputs', (table) => {
    table.text('uid').notNullable();
    table.integer('revision').notNullable();
    table.text('kind').notNullable();
    table.text('name').notNullable();
    table.foreign(['uid', 'revision']).references(['uid', 'number']).inTable('revisions').onDelete('CASCADE');
    table.primary(['uid', 'revision', 'kind', 'name']);
    table.index(['kind', 'name']);
  });
}

async function makeAccess(trx: Knex): Promise<void> {
  await trx.schema.createTable('users', (table) => {
    table.increments('id');
    table.text('username').notNullable().unique();
    table.text('role').notNullable();
    table.text('password_hash').notNullable();
    table.integer('token_epoch').notNullable();
    table.text('created_at').notNullable();
  });
  await trx.schema.createTable('revocations', (table) => {
    table.text('token_id').notNullable().primary();
    table.bigInteger('expires_at').notNullable().index();
  });
}

async function makeReconciler(trx: Knex): Promise<void> {
  await trx.schema.createTable('settings', (table) => {
    table.text('name').notNullable().primary();
    table.text('value').notNullable();
  });
  await trx.schema.createTable('changes', (table) => {
    table.integer('id').primary();
    table.bigInteger('written').notNullable();
    table.bigInteger('seen').notNullable();
  });
  await trx.schema.createTable('runtimes', (table) => {
    table.text('name').notNullable().primary();
    table.text('seen_at').notNullable();
  });
  await trx.schema.createTable('tombstones', (table) => {
    table.text('uid').notNullable().primary();
    table.bigInteger('purged_at').notNullable().index();
    table.bigInteger('touched').notNullable();
  });
  await trx.schema.createTable('lease', (table) => {
    table.integer('id').primary();
    table.text('holder');
    table.bigInteger('fencing').notNullable();
    table.bigInteger('expires_at').notNullable();
  });
  await trx('changes').insert({ id: 1, written: 0, seen: 0 });
  await trx('lease').insert({ id: 1, holder: null, fencing: 0, expires_at: 0 });
}
