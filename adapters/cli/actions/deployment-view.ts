/** The table of deployments. */
import type { DeploymentSummary } from '../../../core/deployment/view.ts';
import { age, statusColour } from '../format.ts';
import type { View } from '../print.ts';

const readyOf = ({ kind, ready_replicas: ready, replicas }: DeploymentSummary): string =>
  kind === 'job' ? '-' : `${ready}/${replicas}`;

/**
 * Returns why a deployment is not as wanted: the reason of its status, otherwise of a rollout that is in progress or
 * failed.
 */
const why = ({ status_reason: reason, rollout }: DeploymentSummary): string | null => {
  if (reason !== null || rollout === null || rollout.state === 'completed') return reason;
  if (rollout.reason !== null) return rollout.reason;
  const isFirst = rollout.from === null && rollout.state === 'in_progress';
  return isFirst ? null : `rollout ${rollout.state.replaceAll('_', ' ')}`;
};

/** How deployments are shown. */
export const deploymentView: View<DeploymentSummary> = {
  kind: 'deployment',
  name: ({ id }) => id,
  columns: [
    { title: 'NAMESPACE', of: ({ namespace }) => namespace },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'ID', of: ({ id }) => id, wide: true },
    { title: 'KIND', of: ({ kind }) => kind },
    { title: 'STATUS', of: ({ status }) => status, colour: ({ status }) => statusColour(status) },
    {
      title: 'READY',
      of: readyOf,
      colour: ({ kind, ready_replicas: ready, replicas }) =>
        kind === 'worker' && ready < replicas ? 'yellow' : null,
    },
    { title: 'RESTARTS', of: ({ restarts }) => restarts, right: true },
    { title: 'REVISION', of: ({ revision }) => revision, right: true, wide: true },
    { title: 'AGE', of: ({ created_at: at }) => age(at), right: true },
    { title: 'IMAGE', of: ({ image }) => image },
    { title: 'OBSERVED', of: ({ observed_at: at }) => age(at), right: true, wide: true },
    { title: 'REASON', of: why },
  ],
};
