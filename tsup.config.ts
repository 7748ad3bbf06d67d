// Decides what is built into dist/: the package's faces with shared chunks and their dependencies outside, so that all
// throw the same RingError; and the command, whole: a program that reads a few files instead of hundreds listens sooner
// and needs less memory. What belongs to a face stands in its own file.
import { defineConfig, type Options } from 'tsup';

const shared = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  removeNodeProtocol: false,
} as const satisfies Options;

// The engine's client brings SSH and gRPC along, which Ring never speaks: they would take longer to load than the rest.
const leftOut = {
  name: 'left-out',
  setup(build) {
    const namespace = 'left-out';
    build.onResolve({ filter: /^(ssh2|@grpc\/.*)$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'module.exports = {};' }));
  },
} satisfies NonNullable<Options['esbuildPlugins']>[number];

// What is no JavaScript, what starts threads from its own files, and databases that knex could speak to.
const drivers = [
  'better-sqlite3',
  'mariadb',
  'mysql',
  'mysql2',
  'oracledb',
  'pg',
  'pg-query-stream',
  'tedious',
];
const outside = ['sqlite3', 'pino', ...drivers];

export default defineConfig([
  {
    ...shared,
    entry: { ring: 'adapters/ring.ts', handlers: 'handlers/index.ts', core: 'core/index.ts' },
    clean: true,
    dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, types: ['node'] } },
  },
  {
    ...shared,
    entry: { cli: 'adapters/cli/main.ts' },
    noExternal: [new RegExp(`^(?!(${outside.join('|')})(/|$))`)],
    external: outside.map((name) => new RegExp(`^${name}(/|$)`)),
    esbuildPlugins: [leftOut],
    esbuildOptions(options) {
      options.chunkNames = 'cli/[name]-[hash]';
      options.legalComments = 'linked';
      // Read at every start: what only people need is left out. Names stay, for the log's sake.
      options.minifyWhitespace = true;
      options.minifySyntax = true;
    },
    // Packages that are no ES modules ask for Node's own by require.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  },
]);
