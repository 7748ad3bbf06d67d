/** A process of its own that uses a store as it is told, and says each thing only once it stands. */
import process from 'node:process';
import { openStore } from '../../adapters/knex/store.ts';
import { aConfig } from './records.ts';

/** What the process is to do; it gets this as JSON in its first argument. */
export interface StoreCommand {
  readonly filename: string;
  /** Writes configs of these names, one write each, and says each name; `forever` numbers them without end. */
  readonly write?: readonly string[] | 'forever';
  /** Takes the lease for an hour and holds it until it is killed. */
  readonly lease?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Does what the command says. */
async function obey({ filename, write = [], lease = false }: StoreCommand): Promise<void> {
  const store = await openStore({ filename });
  say('open');
  if (lease) {
    const held = await store.reconciler.acquireLease(60 * 60 * 1000);
    say(`lease ${held?.fencing ?? 'none'}`);
    setInterval(() => undefined, 1000);
    return;
  }
  for (const name of write === 'forever' ? numbered() : write) {
    await store.write(({ configs }) => configs.insert(aConfig({ name })));
    say(name);
  }
  await store.close();
}

function* numbered(): Generator<string> {
  for (let number = 0; ; number += 1) yield `config-${number}`;
}

const [, , command] = process.argv;
if (command?.startsWith('{')) await obey(JSON.parse(command));
