/** The command that deletes an unused secret. */
import { RingError } from '../errors.ts';
import type { Write } from '../ports.ts';
import { findSecret } from './read.ts';
import type { Secret } from './secret.ts';
import { toSecret } from './view.ts';

/** Deletes a secret and returns it. SECRET_NOT_FOUND; SECRET_IN_USE naming the deployments that refer to it. */
export const deleteSecret = (id: string, { write }: { readonly write: Write }): Promise<Secret> =>
  write(async ({ secrets, deployments }) => {
    const record = await findSecret(id, secrets);
    const { name, namespace } = record;
    const users = await deployments.usersOf('secret', namespace, name);
    if (users.length > 0) {
      const named = users.map((user) => user.id).join(', ');
      const way = 'change or delete these deployments first';
      throw new RingError('SECRET_IN_USE', `Secret ${record.id} is used by ${named}: ${way}`);
    }
    await secrets.delete(record.id);
    return toSecret(record);
  });
