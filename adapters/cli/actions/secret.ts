/** `ring secret`: manages values that only containers can read. */
import { askSecret } from '../ask.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { idIn } from '../names.ts';
import type { Session } from '../session.ts';
import { contentOf } from './content.ts';

/** The options of `ring secret set`. */
export interface SetSecretOptions extends NamespaceOption {
  readonly file?: string;
  readonly stdin?: true;
}

/**
 * Creates or changes a secret. The value is never an argument, because other users could see it in the process list.
 */
export const setSecret = async (
  { client, terminal }: Session,
  name: string,
  { namespace, file, stdin }: SetSecretOptions,
): Promise<void> => {
  const value =
    file === undefined
      ? await askSecret(terminal, {
          question: `Value of ${name}: `,
          fromStdin: stdin === true,
          instead: 'hand it in by --stdin or --file <path>',
        })
      : await contentOf(file, terminal);
  const { status, body } = await client.declareSecret({
    params: { id: idIn(name, namespace) },
    body: { value },
  });
  terminal.line(`secret/${body.id} ${status === 201 ? 'created' : 'is set'}, version ${body.version}`);
};
