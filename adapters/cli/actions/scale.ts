/** `ring scale`: sets the replicas of deployments, one after the other; a refused one does not stop the others. */
import type { Deployment } from '../../../core/deployment/view.ts';
import type { Outcome } from '../command-context.ts';
import type { NamespaceOption, WaitOptions } from '../commands/shared.ts';
import { makeEach } from '../each.ts';
import { CommandError } from '../failure.ts';
import { counted } from '../format.ts';
import { idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { deploymentView } from './deployment-view.ts';

/** The options of `ring scale`. */
export interface ScaleOptions extends OutputOptions, NamespaceOption, WaitOptions {}

/**
 * Scales each deployment; each failure is printed. Resolves to 0, the exit code of the first failure, or that of the
 * wait. CommandError for an argument that is not `deployment=replicas`, before anything is scaled.
 */
export const scale = async (
  session: Session,
  texts: readonly string[],
  options: ScaleOptions,
): Promise<Outcome> => {
  const { client, terminal } = session;
  const isForPeople = options.output === 'table' || options.output === 'wide';
  const wanted = parseWanted(texts);
  const each = makeEach(session);
  const scaled: Deployment[] = [];
  for (const { name, replicas } of wanted) {
    await each.attempt(`deployment/${name}`, async () => {
      const id = idIn(name, options.namespace);
      const { body } = await client.patchDeployment({ params: { id }, body: { replicas } });
      scaled.push(body);
      if (isForPeople) terminal.line(`deployment/${body.id} has ${counted(body.replicas, 'replica')} now`);
    });
  }
  if (!isForPeople && scaled.length > 0)
    await printScaled(session, scaled, { ...options, isOne: wanted.length === 1 });
  if (!options.wait || scaled.length === 0) return each.exit();
  const { wait } = await import('../wait/wait.ts');
  const waited = await wait(
    quietly(session),
    scaled.map(({ id }) => id),
    { for: 'settled', timeout: options.timeout, mustStay: true },
  );
  return each.exit() || waited;
};

async function printScaled(
  { terminal }: Session,
  scaled: readonly Deployment[],
  { output, isOne }: OutputOptions & { readonly isOne: boolean },
): Promise<void> {
  if (output === 'name') await printList(terminal, scaled, { view: deploymentView, output });
  else if (output === 'json' || output === 'yaml')
    await printValue(terminal, isOne ? scaled[0] : scaled, output);
}

/** Returns a session whose wait reports on stderr, because stdout has the scaled deployments as data. */
const quietly = (session: Session): Session => ({
  ...session,
  terminal: { ...session.terminal, line: session.terminal.note },
});

interface Wanted {
  readonly name: string;
  readonly replicas: number;
}

function parseWanted(texts: readonly string[]): readonly Wanted[] {
  const [name = '', count = ''] = texts;
  if (texts.length === 2 && !name.includes('=') && !count.includes('=')) {
    return [{ name, replicas: parseReplicas(count, name) }];
  }
  return texts.map((text) => {
    const [, of, replicas] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (of === undefined || replicas === undefined) {
      throw new CommandError(`${text} does not say how many: write it like ${text}=3`);
    }
    return { name: of.replace(/^deployment\//, ''), replicas: parseReplicas(replicas, of) };
  });
}

function parseReplicas(text: string, name: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CommandError(
    `${text || 'An empty text'} is not a number of replicas for ${name}: write it like ${name}=3`,
  );
}
