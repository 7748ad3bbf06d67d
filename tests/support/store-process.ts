/** A process of its own that uses a store on command, and reports each write only after it is committed. */
import process from 'node:process';
import { openStore, type Store } from '../../adapters/knex/store.ts';
import { aConfig } from './records.ts';

/** What the process is to do; it gets this as JSON in its first argument. */
export interface StoreCommand {
  readonly filename: string;
  /** Writes configs of these names, one write each, and says each name; `forever` numbers them without end. */
  readonly write?: readonly string[] | 'forever';
  /** Takes the lease for an hour and holds it until it is killed. */
  readonly lease?: boolean;
  /** Takes the key `order` of caller `1` and writes the config `order` under it, up to this point, and stays there. */
  readonly order?: 'taken' | 'writing' | 'written' | 'answered';
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Does what the command says. */
async function obey({ filename, write = [], lease = false, order }: StoreCommand): Promise<void> {
  const store = await openStore({ filename });
  say('open');
  if (lease) {
    const held = await store.reconciler.acquireLease(60 * 60 * 1000);
    say(`lease ${held?.fencing ?? 'none'}`);
    setInterval(() => undefined, 1000);
    return;
  }
  if (order) return doOrder(store, order);
  for (const name of write === 'forever' ? numbered() : write) {
    await store.write(({ configs }) => configs.insert(aConfig({ name })));
    say(name);
  }
  await store.close();
}

const forever = () => new Promise<never>(() => void setInterval(() => undefined, 1000));

async function doOrder(
  { requestKeys, write }: Store,
  last: NonNullable<StoreCommand['order']>,
): Promise<void> {
  const of = { caller: '1', key: 'order' };
  const reach = async (point: typeof last) => {
    if (point !== last) return;
    say(point);
    await forever();
  };
  say((await requestKeys.claim(of, 'an order')).kind);
  await reach('taken');
  await write(async ({ configs, doneKeys }) => {
    await configs.insert(aConfig({ name: 'order' }));
    await doneKeys.add(of);
    await reach('writing');
  });
  await reach('written');
  await requestKeys.answer(of, 'the answer');
  await reach('answered');
}

function* numbered(): Generator<string> {
  for (let number = 0; ; number += 1) yield `config-${number}`;
}

const [, , command] = process.argv;
if (command?.startsWith('{')) await obey(JSON.parse(command));
