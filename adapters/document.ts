/** The document of the whole API, read in and made when it is first asked for: a server that nobody asks pays nothing. */
import type { MakeDocument } from '../handlers/description/read-openapi.ts';

/** Makes the document once. */
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
