/**
 * Resolves the image of a revision once, and decides what is recorded about it. When an image is to be resolved is
 * decided in plan/plan.ts.
 */

import type { Vault } from '../../access/security.ts';
import { openConfidential } from '../../deployment/revision.ts';
import type { EventReason, NewEvent } from '../../event/event.ts';
import type { Clock, Desired, Log } from '../../ports.ts';
import type { ImagePin, Runtime } from '../../runtime.ts';
import { faultOf } from '../faults.ts';
import { noTrouble } from '../memory.ts';
import type { Change } from '../recorder.ts';
import { afterImageFailure } from './outcome.ts';

/** The result of resolving: the pin to store, if any, and further changes. */
export interface Resolution {
  readonly pin: ImagePin | null;
  readonly failed: boolean;
  readonly change: Change;
}

/** The ports that resolving needs. */
export interface ResolveImagePorts {
  readonly runtime: Pick<Runtime, 'resolveImage'>;
  readonly vault: Vault;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Resolves the image that the revision names; never rejects because the engine refused. */
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
    // The result does not apply to a newer revision that was declared meanwhile.
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
