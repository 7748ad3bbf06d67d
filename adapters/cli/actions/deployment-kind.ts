/** The kind of deployments. */
import type { Status } from '../../../core/deployment/status.ts';
import type { DeploymentSummary } from '../../../core/deployment/view.ts';
import { CommandError } from '../failure.ts';
import { deploymentSheet } from './deployment-sheet.ts';
import { deploymentView } from './deployment-view.ts';
import { makeKind } from './kind.ts';

/** Converts words to statuses; the schemas are loaded only when there are any. */
const statusesIn = async (words: readonly string[]): Promise<readonly Status[]> => {
  if (words.length === 0) return [];
  const { statuses } = await import('../../../core/deployment/status.ts');
  return words.map((word) => {
    const found = statuses.find((status) => status === word.toLowerCase());
    if (found) return found;
    throw new CommandError(`${word} is not a status: use one of ${statuses.join(', ')}`);
  });
};

/** The kind of deployments. */
export const deploymentKind = makeKind<DeploymentSummary>({
  names: ['deployment', 'deployments', 'deploy'],
  isNamespaced: true,
  view: deploymentView,
  list: async ({ client }, { namespaces, selector, statuses }) => {
    const query = {
      'namespace[]': namespaces,
      'status[]': await statusesIn(statuses),
      ...(selector === undefined ? {} : { selector }),
    };
    return (await client.listDeployments({ query })).body;
  },
  read: async ({ client }, id) => (await client.readDeployment({ params: { id } })).body,
  describe: (session, { id }) => deploymentSheet(session, id),
  remove: async ({ client }, id) => void (await client.deleteDeployment({ params: { id } })),
});
