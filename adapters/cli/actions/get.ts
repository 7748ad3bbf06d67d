/** `ring get`: lists objects of a kind, or reads the named ones. */
import { CommandError } from '../failure.ts';
import type { OutputOptions } from '../output-option.ts';
import type { Session } from '../session.ts';
import type { Kind } from './kind.ts';
import { readNames } from './kinds.ts';

/** The options of `ring get`. */
export interface GetOptions extends OutputOptions {
  readonly namespace?: string;
  readonly selector?: string;
  readonly status?: string;
}

/** Prints the objects that the words name; deployments when there are none. */
export const get = async (session: Session, words: readonly string[], options: GetOptions): Promise<void> => {
  for (const { kind, ids } of readNames(words.length === 0 ? ['deployments'] : words, options.namespace)) {
    const shown =
      ids.length > 0 || kind.isOne
        ? await kind.read(session, kind.isOne ? [''] : ids)
        : await kind.list(session, filterOf(kind, options));
    await shown.print(session.terminal, options);
  }
};

function filterOf({ names: [name], isNamespaced }: Kind, { namespace, selector, status }: GetOptions) {
  if (namespace !== undefined && !isNamespaced) {
    throw new CommandError(`A ${name} is in no namespace: leave out -n`);
  }
  if (name !== 'deployment' && (selector ?? status) !== undefined) {
    throw new CommandError(`Only deployments are chosen by labels and statuses, no ${name}s`);
  }
  return { namespaces: parts(namespace), statuses: parts(status), selector };
}

const parts = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').flatMap((part) => part.trim() || []);
