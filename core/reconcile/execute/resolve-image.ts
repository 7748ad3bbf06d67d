/** Resolves the image of a revision once, and says what is to be remembered of it. */

import type { Vault } from '../../access/security.ts';
import { openConfidential } from '../../deployment/revision.ts';
import type { EventReason, NewEvent } from '../../event/event.ts';
import type { Clock, Desired, Log } from '../../ports.ts';
import type { ImagePin, Runtime } from '../../runtime.ts';
import { faultOf } from '../faults.ts';
import { noTrouble } from '../memory.ts';
import type { Change } from '../recorder.ts';
import { afterImageFailure } from './outcome.ts';

/** What came of it: the pin to store, if any, and what changes beside. */
export interface Resolution {
  readonly pin: ImagePin | null;
  readonly failed: boolean;
  readonly change: Change;
}

/** What resolving needs. */
export interface ResolveImagePorts {
  readonly runtime: Pick<Runtime, 'resolveImage'>;
  readonly vault: Vault;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Asks the engine for the image as the revision names it; never rejects for a refusal. */
export async function resolveImage(desired: Desired, ports: ResolveImagePorts): Promise<Resolution> {
  const { spec, number } = desired.revision;
  const { uid } = desired.record;
  try {
    const { credentials } = openConfidential(desired.revision, ports.vault);
    const request = { image: spec.image, policy: spec.pullPolicy, pin: null, credentials };
    const { pulled, imageId, repoDigest } = await ports.runtime.resolveImage(request);
    const events = pulled ? [event('ImagePulled', `Image ${spec.image} pulled`)] : [];
    const memory: Change['memory'] = (before, { record }) =>
      before.image.failures === 0 || record.revision > number
        ? before
        : { ...before, image: { ...noTrouble, revision: number } };
    return { pin: { imageId, repoDigest }, failed: false, change: { uid, memory, events } };
  } catch (error) {
    const fault = faultOf(error);
    ports.log.warn('An image could not be resolved', {
      deployment: desired.record.id,
      reason: fault.reason,
      error,
    });
    const now = ports.clock.now();
    // A pull that another revision has overtaken says nothing of that one.
    const memory: Change['memory'] = (before, { record }) =>
      record.revision > number
        ? before
        : { ...before, image: afterImageFailure(before.image, { error, desired, now }) };
    const events = [event('ImagePullFailed', fault.reason)];
    return { pin: null, failed: true, change: { uid, memory, events } };
  }

  function event(reason: EventReason, message: string): NewEvent {
    const at = new Date(ports.clock.now()).toISOString();
    return {
      uid,
      at,
      level: reason === 'ImagePulled' ? 'info' : 'error',
      component: 'docker',
      reason,
      message,
    };
  }
}
