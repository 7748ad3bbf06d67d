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

// Parts of packages that nothing here calls, and that would be read at every start all the same: the engine's client's
// SSH, gRPC and BuildKit; knex's other databases, seeds and migrations; forms, patterns and the calling side of fetch;
// commander's subcommands in files of their own.
const otherDatabases = 'better|cockroachdb|mariadb|mssql|mysql|oracle|pgnative|postgres|redshift';
const unused = new RegExp(
  `/node_modules/(${[
    '(ssh2|@grpc|protobufjs|@fastify/busboy|urlpattern-polyfill)/',
    `knex/lib/dialects/(${otherDatabases})`,
    'knex/lib/migrations/(seed|migrate)/',
    '@whatwg-node/node-fetch/cjs/fetch',
  ].join('|')})`,
);
const leftOut = {
  name: 'left-out',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) =>
      unused.test(path.replaceAll('\\', '/')) ? { contents: 'module.exports = class {};' } : undefined,
    );
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
} satisfies NonNullable<Options['esbuildPlugins']>[number];

// Node's own modules are taken as they are: an import makes a copy with every member, which loads what few of them need
// and takes 10 ms of a start. (A file may have a `process` of its own.)
const nodeModules = {
  name: 'node-modules',
  renderChunk: (code) => ({
    code: code.replace(
      /(?<=^|[;}])import(?:\{([^}]*)\}| ([\w$]+) )from"(node:[a-z_/]+)"(?=;|$)/gm,
      (_, ...[members, whole, path]: (string | undefined)[]) =>
        `var ${members ? `{${members.replaceAll(' as ', ':')}}` : whole}=globalThis.process.getBuiltinModule("${path}")`,
    ),
  }),
} satisfies NonNullable<Options['plugins']>[number];

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

/** The command, whole, but for where it begins and where it is written. */
export const command = {
  ...shared,
  noExternal: [new RegExp(`^(?!(${outside.join('|')})(/|$))`)],
  external: outside.map((name) => new RegExp(`^${name}(/|$)`)),
  esbuildPlugins: [leftOut],
  plugins: [nodeModules],
  esbuildOptions(options) {
    options.chunkNames = 'cli/[name]-[hash]';
    options.legalComments = 'linked';
    // Read at every start: what only people need is left out. Names stay, for the log's sake.
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  // Packages that are no ES modules ask for Node's own by require.
  banner: {
    js: "const require = globalThis.process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    entry: {
      ring: 'adapters/ring.ts',
      handlers: 'handlers/index.ts',
      client: 'handlers/client.ts',
      core: 'core/index.ts',
    },
    clean: true,
    dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, types: ['node'] } },
  },
  { ...command, entry: { cli: 'adapters/cli/main.ts' } },
]);
