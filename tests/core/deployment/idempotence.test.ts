/** Whatever is declared: saying it again changes nothing, and what is shown is what the schema documents. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { Deployment } from '../../../core/deployment/view.ts';
import { validate } from '../../../core/validate.ts';
import { validDrafts } from '../../support/arbitrary-drafts.ts';
import { aCaller } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import { provideInputs } from '../../support/inputs.ts';

const admin = aCaller('admin');

/** Drafts as they come in from the wire: names that cannot be kept are refused there. */
const wireDrafts = validDrafts.filter(
  (draft) => validate(DeploymentDraft, JSON.parse(JSON.stringify(draft))).violations === undefined,
);

/** A world in which a draft may be declared. */
async function worldFor(draft: DeploymentDraft) {
  const world = makeCommandWorld();
  await provideInputs(draft, world);
  return world;
}

it('finds nothing to do when a deployment is declared or patched as it is', async () => {
  await fc.assert(
    fc.asyncProperty(wireDrafts, async (draft) => {
      const world = await worldFor(draft);
      const created = await createDeployment(draft, admin, world);
      world.pass(1000);
      const declared = await declareDeployment({ id: created.id, declaration: draft }, admin, world);
      const patched = await patchDeployment({ id: created.id, patch: {} }, admin, world);
      expect(declared).toEqual({ deployment: created, created: false });
      expect(patched).toEqual(created);
      expect(world.woken).toEqual(['uid-1']);
    }),
  );
});

it('shows every deployment as the schema documents it', async () => {
  await fc.assert(
    fc.asyncProperty(wireDrafts, async (draft) => {
      const created = await createDeployment(draft, admin, await worldFor(draft));
      expect(validate(Deployment, JSON.parse(JSON.stringify(created)))).toEqual({ output: created });
    }),
  );
});

it('makes no revision by any number of replicas', async () => {
  const replicas = fc.integer({ min: 0, max: 1000 });
  await fc.assert(
    fc.asyncProperty(wireDrafts, replicas, async (draft, wanted) => {
      fc.pre(draft.kind !== 'job' && !draft.ports?.length);
      const world = await worldFor(draft);
      const { id } = await createDeployment(draft, admin, world);
      const scaled = await patchDeployment({ id, patch: { replicas: wanted } }, admin, world);
      expect([scaled.replicas, scaled.revision]).toEqual([wanted, 1]);
    }),
  );
});
