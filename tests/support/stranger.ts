/** A container with this installation's labels that no database knows, so Ring must not touch it. */
import { type FakeRuntime, someIdentity } from './fake-runtime.ts';
import { aSpec } from './records.ts';

/** Its uid: it may have come out of a backup. */
export const strangerUid = 'uid-stranger';

/** Puts it on an engine, where it runs in a namespace of its own. */
export async function addStranger(engine: FakeRuntime): Promise<void> {
  await engine.ensureNetwork('elsewhere');
  const identity = someIdentity({ uid: strangerUid, namespace: 'elsewhere' });
  const imageId = engine.images.add('theirs');
  const rest = { spec: aSpec(), environment: {}, files: [], imageId, aliases: [] };
  await engine.start(await engine.create({ containerName: 'elsewhere_web_0_r1', identity, ...rest }));
}

/** Removes it, and so gives its network free. */
export async function removeStranger(engine: FakeRuntime): Promise<void> {
  for (const { id, identity } of engine.peek()) {
    if (identity.uid !== strangerUid) continue;
    await engine.stop(id, 0);
    await engine.remove(id);
  }
}
