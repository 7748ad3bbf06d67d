/** `ring rollout`: shows and controls the rollout of the newest revision. */

import type { RevisionView } from '../../../core/deployment/revisions.ts';
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { Deployment } from '../../../core/deployment/view.ts';
import type { NamespaceOption } from '../commands/shared.ts';
import { makeEach } from '../each.ts';
import { type ExitCode, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { waitUntil } from '../follow/wait-for.ts';
import { age } from '../format.ts';
import { idIn } from '../names.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, printValue, type View } from '../print.ts';
import type { Session } from '../session.ts';
import { rolloutWords } from './status.ts';

/** The options of waiting for the end of a rollout. */
export interface RolloutWaitOptions extends NamespaceOption {
  readonly wait?: true;
  readonly timeout: string;
}

/** `ring rollout status`: resolves to 0 when the rollout is complete, 2 while it is in progress, 7 when it failed. */
export const status = async (
  session: Session,
  name: string,
  options: RolloutWaitOptions & OutputOptions,
): Promise<ExitCode> => {
  const id = idIn(name, options.namespace);
  const deployment = options.wait
    ? await awaitRollout(session, id, options)
    : (await session.client.readDeployment({ params: { id } })).body;
  const { sentence, exit } = rolloutWords(deployment);
  if (options.output === 'json' || options.output === 'yaml') {
    await printValue(session.terminal, deployment.rollout, options.output);
  } else session.terminal.line(options.output === 'name' ? `deployment/${deployment.id}` : sentence);
  return exit;
};

/** `ring rollout history`: lists the stored revisions. */
export const history = async (
  { client, terminal }: Session,
  name: string,
  options: NamespaceOption & OutputOptions,
): Promise<void> => {
  const { body } = await client.listRevisions({ params: { id: idIn(name, options.namespace) } });
  await printList(terminal, body, { view: revisionView, output: options.output });
};

/** `ring rollout undo`: declares an older revision again under a new number. */
export const undo = async (
  session: Session,
  name: string,
  options: RolloutWaitOptions & { readonly to?: number },
): Promise<ExitCode> => {
  const id = idIn(name, options.namespace);
  const body = options.to === undefined ? {} : { revision: options.to };
  const { body: deployment } = await session.client.rollBackDeployment({ params: { id }, body });
  const to = options.to === undefined ? 'what was declared before it' : `revision ${options.to}`;
  session.terminal.line(`deployment/${deployment.id} goes back to ${to}, as revision ${deployment.revision}`);
  return concluded(session, [deployment], options);
};

/** The actions on rollouts that have a command each. */
const steps = {
  restart: { call: 'restartDeployment', done: 'is being restarted' },
  pause: { call: 'pauseRollout', done: 'is paused: no further replica is replaced' },
  resume: { call: 'resumeRollout', done: 'is resumed' },
} as const;

/**
 * `ring rollout restart`, `pause` and `resume` of several deployments in turn; a refused one does not stop the others.
 */
export const steer = async (
  session: Session,
  names: readonly string[],
  options: Partial<RolloutWaitOptions> & { readonly step: keyof typeof steps },
): Promise<ExitCode> => {
  const { call, done } = steps[options.step];
  const deployments: Deployment[] = [];
  const each = makeEach(session);
  for (const name of names) {
    await each.attempt(`deployment/${name}`, async () => {
      const { body } = await session.client[call]({ params: { id: idIn(name, options.namespace) } });
      deployments.push(body);
      session.terminal.line(`deployment/${body.id} ${done}`);
    });
  }
  const waited = await concluded(session, deployments, options);
  return each.exit() || waited;
};

async function concluded(
  session: Session,
  deployments: readonly Deployment[],
  options: Partial<RolloutWaitOptions>,
): Promise<ExitCode> {
  if (!options.wait) return exits.ok;
  const ends = await Promise.all(
    deployments.map(async ({ id }) => {
      const { sentence, exit } = rolloutWords(await awaitRollout(session, id, options));
      if (exit === exits.ok) session.terminal.line(sentence);
      else session.terminal.note(`ring: ${sentence}`);
      return exit;
    }),
  );
  return ends.find((end) => end === exits.failed) ?? ends.find((end) => end !== exits.ok) ?? exits.ok;
}

/** Returns the deployment when its rollout has ended or the time is up. */
async function awaitRollout(
  session: Session,
  id: string,
  { timeout = '10m' }: Partial<RolloutWaitOptions>,
): Promise<Deployment> {
  const { deployment, reason } = await waitUntil(session, {
    id,
    until: 'completed',
    timeoutMs: parseDuration(timeout) ?? 0,
    onReason: (why) => session.terminal.note(`${id}: ${why}`),
  });
  if (deployment === null || deployment.deleted_at !== null) {
    throw new CommandError(`${id}: ${reason ?? 'it was deleted'}`, exits.failed);
  }
  return deployment;
}

const marks = ({ declared, stable }: RevisionView): string =>
  [...(declared ? ['declared'] : []), ...(stable ? ['proved'] : [])].join(', ');

const revisionView: View<RevisionView> = {
  kind: 'revision',
  name: ({ number }) => String(number),
  columns: [
    { title: 'REVISION', of: ({ number }) => number, right: true },
    { title: 'IS', of: marks, colour: ({ stable }) => (stable ? 'green' : null) },
    { title: 'AGE', of: ({ created_at: at }) => age(at), right: true },
    { title: 'BY', of: ({ author }) => author },
    { title: 'CAUSE', of: ({ cause }) => cause },
    {
      title: 'IMAGE ID',
      of: ({ image_id: id }) => id?.replace('sha256:', '').slice(0, 12) ?? null,
      wide: true,
    },
    {
      title: 'INPUTS',
      of: ({ inputs }) => inputs.map(({ kind, name, version }) => `${kind}/${name}@${version}`).join(', '),
      wide: true,
    },
    { title: 'IMAGE', of: ({ image }) => image },
  ],
};
