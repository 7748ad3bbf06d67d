/** Secrets as containers get them: the newest values, or a reason why there is none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { readLastLines } from '../../../../core/reconcile/execute/last-lines.ts';
import {
  readSecrets,
  resolveEnvironment,
  type SecretPorts,
} from '../../../../core/reconcile/execute/read-secrets.ts';
import { makeRedact } from '../../../../core/reconcile/redact.ts';
import { RuntimeError } from '../../../../core/runtime-error.ts';
import { declareSecret } from '../../../../core/secret/declare.ts';
import { aCaller } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';
import { aDeployment, aRevision, aSecret } from '../../../support/records.ts';

let world: CommandWorld;
let ports: SecretPorts;
beforeEach(async () => {
  world = makeCommandWorld();
  ports = { vault: world.vault, store: world.store.reconciler };
  await put('one-value');
});

const put = (value: string, id = 'db') =>
  declareSecret({ id, declaration: { value } }, aCaller('admin'), world);

const refused = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

describe('an environment', () => {
  it('has the newest value in the place of each reference', async () => {
    const environment = { A: { secretRef: 'db' }, B: 'plain', __proto__x: { secretRef: 'db' } };
    const resolved = { A: 'one-value', B: 'plain', __proto__x: 'one-value' };
    expect(await resolveEnvironment(environment, 'default', ports)).toEqual(resolved);
    await put('another');
    expect(await resolveEnvironment(environment, 'default', ports)).toMatchObject({ A: 'another' });
  });

  it('asks for nothing where it refers to nothing', async () => {
    const store = { secrets: () => Promise.reject(new Error('asked')) };
    expect(await resolveEnvironment({ B: 'x' }, 'default', { ...ports, store })).toEqual({ B: 'x' });
  });

  it('is not made without what it refers to, and says what is missing', async () => {
    const environment = { A: { secretRef: 'db' }, B: { secretRef: 'x' }, C: { secretRef: 'y' } };
    expect(await refused(resolveEnvironment(environment, 'default', ports))).toEqual(
      new RuntimeError(
        'config',
        'There is no secret x, y in namespace default: create it with POST /secrets, or declare the deployment without it',
      ),
    );
  });

  it('is not made with a value that was put in the place of another', async () => {
    await put('other', 'other');
    const other = await world.store.stores.secrets.find('other');
    await world.write(({ secrets }) => secrets.update(aSecret({ sealed: other?.sealed ?? '', version: 1 })));
    const error = await refused(readSecrets('default', ['db'], ports));
    expect(error).toMatchObject({ code: 'INTERNAL' });
  });

  it('is not made where the key is lost', async () => {
    world.loseKey();
    const error = await refused(readSecrets('default', ['db'], ports));
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'A sealed text was sealed with another key' });
  });
});

describe('the end of a log', () => {
  const runtime = {
    async *logs() {
      yield { at: '2024-01-15T10:30:00.000000000Z', stream: 'stderr' as const, message: 'bad one-value' };
    },
  };
  const of = (version: number) => {
    const confidential = { environment: { A: { secretRef: 'db' } }, credentials: null };
    const sealed = world.vault.seal(JSON.stringify(confidential), 'uid-web');
    const inputs = [{ kind: 'secret' as const, name: 'db', version }];
    return { record: aDeployment(), revision: aRevision({ sealed, inputs }) };
  };

  it('hides the value of a secret it was given by name', async () => {
    expect(await readLastLines('c-1', of(1), { ...ports, runtime })).toEqual(['bad ***']);
  });

  it('is not told where the secret is another by now, or gone', async () => {
    await put('two');
    expect(await readLastLines('c-1', of(1), { ...ports, runtime })).toEqual([]);
    await world.write(({ secrets }) => secrets.delete('db'));
    expect(await readLastLines('c-1', of(1), { ...ports, runtime })).toEqual([]);
  });
});

describe('what a health check is answered', () => {
  const target = { uid: 'uid-web', specHash: 'hash-1' };
  const redacted = (text: string, at = target) =>
    makeRedact({ vault: world.vault, store: world.store.reconciler })(at, text);

  beforeEach(async () => {
    const confidential = { environment: { A: { secretRef: 'db' }, B: 'literal-1' }, credentials: null };
    const sealed = world.vault.seal(JSON.stringify(confidential), 'uid-web');
    const inputs = [{ kind: 'secret' as const, name: 'db', version: 1 }];
    await world.write(({ deployments }) => deployments.insert(aDeployment(), aRevision({ sealed, inputs })));
  });

  it('loses the values that the instance was given', async () => {
    expect(await redacted('a one-value, a literal-1, a b')).toBe('a ***, a ***, a b');
    expect(await redacted('')).toBe('');
  });

  it('is lost where nobody can say what they are', async () => {
    expect(await redacted('one-value', { ...target, specHash: 'hash-0' })).toBe('');
    expect(await redacted('one-value', { ...target, uid: 'uid-other' })).toBe('');
    await put('two');
    expect(await redacted('one-value')).toBe('');
    world.loseKey();
    expect(await redacted('literal-1')).toBe('');
  });

  it('is lost, and nothing else, while the database does not answer', async () => {
    await world.store.close();
    expect(await redacted('one-value')).toBe('');
  });
});
