// Decides which imports may stand: the direction of the layers, one owner for each library, no cycles.
// What the compiler already forbids (upward imports, node: in the core) is said here again with a readable reason.
const only = (library, owner) => ({
  name: `${library.replace(/[^a-z]+/gi, '-')}-has-one-owner`,
  comment: `${library} is imported in ${owner} only.`,
  severity: 'error',
  from: { path: '^(core|handlers|adapters)/', pathNot: `^${owner}` },
  to: { path: `node_modules/(@types/)?${library}/` },
});

export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'A circle of imports is a circular way of data.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-looks-inward',
      comment: 'The core decides; it knows neither the handlers nor the world.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(handlers|adapters|tests|scripts)/' },
    },
    {
      name: 'core-uses-valibot-only',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/valibot/',
      },
    },
    {
      name: 'handlers-know-no-world',
      comment: 'Handlers are web-standard: no node:, no adapter.',
      severity: 'error',
      from: { path: '^handlers/' },
      to: { path: '^(adapters|tests|scripts)/' },
    },
    {
      name: 'handlers-use-no-node',
      severity: 'error',
      from: { path: '^handlers/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-leans-on-tests',
      severity: 'error',
      from: { path: '^(core|handlers|adapters)/' },
      to: { path: '^(tests|scripts|examples)/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'Adapters meet in the files directly below adapters, and in the entries of the command.',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/', pathNot: '^adapters/cli/(main|serve|reconcile|init|doctor)\\.ts$' },
      to: { path: '^adapters/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'the-client-imports-nothing',
      comment: 'The typed client runs anywhere: types and its own parts are all it may import.',
      severity: 'error',
      from: { path: '^handlers/(client|client-error|client-types|routes)\\.ts$' },
      to: { dependencyTypesNot: ['type-only'], pathNot: '^handlers/(client-error|routes)\\.ts$' },
    },
    only('@valibot/to-json-schema', 'handlers/description/'),
    only('itty-router', 'handlers/router\\.ts$'),
    only('dockerode', 'adapters/docker/'),
    only('knex', 'adapters/knex/'),
    only('sqlite3', 'adapters/knex/'),
    only('jose', 'adapters/security/'),
    only('commander', 'adapters/cli/'),
    only('croner', 'adapters/cron/'),
    only('prom-client', 'adapters/metrics/'),
    only('yaml', 'adapters/cli/'),
    only('eventsource-parser', 'adapters/cli/follow/'),
    only('@whatwg-node/(server|fetch)', 'adapters/node/'),
    {
      name: 'no-dev-dependency-in-the-package',
      severity: 'error',
      from: { path: '^(core|handlers|adapters)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^(core|handlers|adapters|tests)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
