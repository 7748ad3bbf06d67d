/** The rules across fields of the container options. Each violation names the field and the correction. */

import type { Volume } from '../deployment/spec/spec.ts';
import type { Say } from '../errors.ts';
import { below } from '../pointer.ts';
import type { ContainerDraft } from './draft.ts';
import { parseMemoryMount } from './items.ts';
import type { ContainerOptions } from './options.ts';

/** The other parts of the spec that the rules depend on. */
interface Beside {
  readonly container: ContainerOptions;
  readonly volumes: readonly Volume[];
}

/** Reports every broken rule. */
export function checkContainer(
  draft: ContainerDraft & { readonly ports?: readonly unknown[] | undefined },
  { container, volumes }: Beside,
  say: Say,
): void {
  checkHostNetwork(draft, container, say);
  checkCapabilities(container, say);
  checkMemoryMounts(draft, volumes, say);
}

function checkHostNetwork(
  { ports = [] }: { readonly ports?: readonly unknown[] | undefined },
  { networkMode, sysctls }: ContainerOptions,
  say: Say,
): void {
  if (networkMode !== 'host') return;
  ports.forEach((_port, index) => {
    const why = "what listens on the host's network is on the host already";
    say(`/ports/${index}`, `${why}: leave the ports out, or network_mode`);
  });
  for (const name of Object.keys(sysctls).filter((one) => one.startsWith('net.'))) {
    say(below('/sysctls', name), "would be the host's own: leave it out, or network_mode");
  }
}

/**
 * The engine ignores dropped capabilities of a privileged container, and adds a capability that is both added and
 * dropped.
 */
function checkCapabilities({ capAdd, capDrop, privileged }: ContainerOptions, say: Say): void {
  if (privileged && capDrop.length > 0) {
    say('/cap_drop', 'a privileged container has them all: leave this out, or "privileged"');
  }
  for (const name of capAdd.filter((one) => capDrop.includes(one))) {
    say('/cap_drop', `${name} is in cap_add too: leave it out of one of the two`);
  }
}

/** Checks the draft's own list: the normal form lacks the faulty items. */
function checkMemoryMounts({ tmpfs = [] }: ContainerDraft, volumes: readonly Volume[], say: Say): void {
  const places = tmpfs.map((one) => {
    const parsed = parseMemoryMount(one);
    return 'field' in parsed ? null : parsed.destination;
  });
  places.forEach((place, index) => {
    if (place === null) return;
    const first = places.indexOf(place);
    if (first < index) say(`/tmpfs/${index}`, `mounts ${place}, as /tmpfs/${first} does`);
    else if (volumes.some(({ destination }) => destination === place)) {
      say(`/tmpfs/${index}`, `mounts ${place}, as one of the volumes does`);
    }
  });
}
