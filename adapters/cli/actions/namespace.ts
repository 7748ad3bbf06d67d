/** `ring namespace create`: creates a namespace before its first deployment. */
import type { OutputOptions } from '../output-option.ts';
import { printOne } from '../print.ts';
import type { Session } from '../session.ts';
import { namespaceView } from './resource-views.ts';

/** Creates a namespace. */
export const createNamespace = async (
  { client, terminal }: Session,
  name: string,
  { output }: OutputOptions,
): Promise<void> => {
  const { body } = await client.createNamespace({ body: { name } });
  await printOne(terminal, body, { view: namespaceView, output });
};
