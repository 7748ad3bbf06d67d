/** `ring scale`: sets the replicas of deployments, one after the other; the first one that is refused ends it. */
import type { Deployment } from '../../../core/deployment/view.ts';
import type { NamespaceOption, WaitOptions } from '../commands/shared.ts';
import { CommandError } from '../failure.ts';
import { counted, idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, printValue } from '../print.ts';
import type { Session } from '../session.ts';
import type { Outcome } from '../world.ts';
import { deploymentView } from './deployment-view.ts';

/** What `ring scale` may be told. */
export interface ScaleOptions extends OutputOptions, NamespaceOption, WaitOptions {}

/** Scales each deployment. CommandError for what is no `deployment=replicas`; the API's errors are let through. */
export const scale = async (
  session: Session,
  texts: readonly string[],
  options: ScaleOptions,
): Promise<Outcome> => {
  const { client, terminal } = session;
  const scaled: Deployment[] = [];
  for (const { name, replicas } of parseWanted(texts)) {
    const id = idIn(name, options.namespace);
    const { body } = await client.patchDeployment({ params: { id }, body: { replicas } });
    scaled.push(body);
    if (options.output === 'table' || options.output === 'wide') {
      terminal.line(`deployment/${body.id} has ${counted(body.replicas, 'replica')} now`);
    }
  }
  if (options.output === 'name') await printList(terminal, scaled, { view: deploymentView, output: 'name' });
  if (options.output === 'json' || options.output === 'yaml') {
    await printValue(terminal, scaled.length === 1 ? scaled[0] : scaled, options.output);
  }
  if (!options.wait) return;
  const { wait } = await import('../wait/wait.ts');
  return wait(
    quietly(session),
    scaled.map(({ id }) => id),
    { for: 'settled', timeout: options.timeout, mustStay: true },
  );
};

/** What was scaled has been printed as data: how the waiting goes is none. */
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
    `${text || 'Nothing'} is no number of replicas for ${name}: write it like ${name}=3`,
  );
}
