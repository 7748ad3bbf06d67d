/**
 * Makes the document of the whole API when it is first requested, so that a server that no one asks for it has no cost.
 */
import type { MakeDocument } from '../handlers/description/read-openapi.ts';

/** Makes a function that builds the document once. */
export const makeDocumentPort = (): MakeDocument => {
  let made: ReturnType<MakeDocument> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

async function make() {
  const [{ makeDocument }, { endpoints }, { readVersion }] = await Promise.all([
    import('../handlers/openapi.ts'),
    import('../handlers/endpoints.ts'),
    import('./cli/version.ts'),
  ]);
  return makeDocument(endpoints, { version: readVersion() });
}
