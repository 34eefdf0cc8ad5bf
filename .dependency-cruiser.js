/**
 * The rooms and who may touch what. Every rule is an error, there is no baseline and no exemption; the comment of a
 * rule is what the offender reads. `script/lib/dependency-rules.ts` runs it and counts the modules it saw.
 */
const RANKS = [
  ['domain'],
  ['contracts'],
  ['infra'],
  ['registry'],
  ['intake', 'exchange', 'casework', 'insight'],
  ['api'],
  ['apps'],
];

const rooms = (names) => `^src/(${names.join('|')})/`;
const packages = (...names) => names.map((name) => `(^|/)node_modules/${name}(/|$)|^${name}(/|$)`);
const TESTS = String.raw`\.test\.ts$`;
const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];

const upward = RANKS.slice(0, -1).map((names, rank) => ({
  name: `rank-${rank}-looks-only-down`,
  comment:
    `${names.join(', ')} may import lower ranks only, so that what is below never changes because of what is above. ` +
    'Move the shared part down, or offer it as a door in contracts that apps hands over.',
  severity: 'error',
  from: { path: rooms(names) },
  to: { path: rooms(RANKS.slice(rank + 1).flat()) },
}));

const structure = [
  {
    name: 'rooms-of-one-rank-are-strangers',
    comment:
      'Rooms of one rank never import each other. Meet in the registry’s changes, in the job table or at a door of ' +
      'contracts/doors: the owner implements the door, apps hands it over.',
    severity: 'error',
    from: { path: rooms(RANKS[4]) },
    to: { path: rooms(RANKS[4]), pathNot: '^src/$1/' },
  },
  {
    name: 'closets-have-one-door',
    comment:
      'Closets are reached through <closet>/index.ts only, so that the inside can change. Import the door, and export ' +
      'there what is meant for others.',
    severity: 'error',
    from: { path: '^src/([^/]+)/([^/]+)' },
    to: {
      path: '^src/[^/]+/[^/]+/.',
      pathNot: ['^src/[^/]+/[^/]+/index[.]ts$', '^src/$1/$2/'],
    },
  },
  {
    name: 'no-cycles',
    comment:
      'A cycle, also one of types only, is a knot that cannot be read or tested alone. Move what both need into a ' +
      'third file below them.',
    severity: 'error',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'src-knows-no-tests',
    comment: 'Production code never imports tests, benchmarks or scripts. Move the shared part into src.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench|script|console)/' },
  },
];

const libraries = [
  {
    name: 'domain-is-pure',
    comment:
      'domain has no packages, no input or output, no clock and no chance; only createHash of node:crypto. Pass ' +
      'values in, or move this file to infra.',
    severity: 'error',
    from: { path: '^src/domain/', pathNot: TESTS },
    to: { dependencyTypes: [...NPM, 'core'], pathNot: '^(node:)?crypto$' },
  },
  {
    name: 'contracts-know-zod-only',
    comment: 'contracts hold shapes: only zod and domain. Move behaviour to the room that owns it.',
    severity: 'error',
    from: { path: '^src/contracts/', pathNot: TESTS },
    to: { dependencyTypes: [...NPM, 'core'], pathNot: '(^|/)node_modules/zod/|^zod(/|$)' },
  },
  {
    name: 'mongo-stays-in-stores',
    comment:
      'Only infra/mongo, *-store.ts and *.model.ts import mongoose or mongodb, so that each collection has one owner. ' +
      'Ask the closet that owns the collection, or move the query into its store.',
    severity: 'error',
    from: { path: '^src/', pathNot: ['^src/infra/mongo/', '-store[.]ts$', '[.]model[.]ts$', TESTS] },
    to: { path: packages('mongoose', 'mongodb', 'bson') },
  },
  {
    name: 'queue-stays-in-infra',
    comment:
      'Only infra/queue imports bullmq or ioredis: Redis is a disposable index, and everyone else must live without ' +
      'it. Use the queue that infra/queue offers.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/infra/queue/' },
    to: { path: packages('bullmq', 'ioredis') },
  },
  {
    name: 'no-development-packages',
    comment:
      'Production images leave devDependencies out. Make it a dependency with a reason in docs/dependencies.md. ' +
      'Only apps/embedded may load mongodb-memory-server-core.',
    severity: 'error',
    from: { path: '^src/', pathNot: TESTS },
    to: {
      dependencyTypes: ['npm-dev'],
      pathNot: packages('mongodb-memory-server-core'),
    },
  },
  {
    name: 'embedded-mongod-is-loaded-late',
    comment:
      'mongodb-memory-server-core is a development package: only apps/embedded loads it, by import() when it is needed, ' +
      'so that a production image starts without it.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/apps/embedded/' },
    to: { path: packages('mongodb-memory-server-core') },
  },
  {
    name: 'embedded-mongod-is-loaded-by-import-call',
    comment: 'Load mongodb-memory-server-core by import() inside the function that needs it.',
    severity: 'error',
    from: { path: '^src/apps/embedded/' },
    to: { path: packages('mongodb-memory-server-core'), dynamic: false },
  },
  {
    name: 'no-elastic-licence',
    comment:
      'These packages stand under the Elastic licence, which forbids offering the product as a service. Composition ' +
      'is @theguild/federation-composition, planning is @graphql-hive/router-query-planner.',
    severity: 'error',
    from: { path: '^(src|test|script)/' },
    to: { path: packages('@apollo/(gateway|composition|query-planner|query-graphs|federation-internals)') },
  },
  {
    name: 'nothing-unresolved',
    comment: 'This import leads nowhere: a wrong path, or a package that is not in package.json.',
    severity: 'error',
    from: { path: '^src/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'nothing-undeclared',
    comment: 'This package came along with another one. Declare it in package.json, with a reason.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
];

export default {
  forbidden: [...upward, ...structure, ...libraries],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.node'],
    },
  },
};
