/** `ring config`: manages texts that containers get as files. */
import type { NamespaceOption } from '../commands/shared.ts';
import { CommandError } from '../failure.ts';
import { idIn } from '../names.ts';
import type { Session } from '../session.ts';
import { contentOf } from './content.ts';

/** The options of `ring config set`. */
export interface SetConfigOptions extends NamespaceOption {
  readonly file?: string;
  readonly data?: string;
}

/** Creates or changes a config. A change rolls out to the deployments that use it. */
export const setConfig = async (
  { client, terminal }: Session,
  name: string,
  { namespace, file, data }: SetConfigOptions,
): Promise<void> => {
  if ((file === undefined) === (data === undefined)) {
    throw new CommandError('Give the content: --file <path>, --file - for stdin, or --data <text>');
  }
  const content = data ?? (await contentOf(file ?? '-', terminal));
  const { status, body } = await client.declareConfig({
    params: { id: idIn(name, namespace) },
    body: { data: content },
  });
  terminal.line(`config/${body.id} ${status === 201 ? 'created' : 'is set'}, version ${body.version}`);
};

/** Prints the content of a config, byte for byte. */
export const showConfig = async (
  { client, terminal }: Session,
  name: string,
  { namespace }: NamespaceOption,
): Promise<void> => {
  const { body } = await client.readConfig({ params: { id: idIn(name, namespace) } });
  terminal.write(body.data);
};
