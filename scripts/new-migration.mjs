// Writes the SQL of the next migration, which turns the schema of the last migration (prisma/migrations/latest.prisma)
// into prisma/schema.prisma. Needs no database. Read the SQL before you commit it.
//   node scripts/new-migration.mjs add_something
//   node scripts/new-migration.mjs --check     exit status 1 if the schema has changes without a migration
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const current = join(root, 'prisma/schema.prisma')
const latest = join(root, 'prisma/migrations/latest.prisma')

const argument = process.argv[2]
if (!argument) throw new Error('expected a name for the migration, such as add_something, or --check')
const script = await diff(latest, current)
const isEmpty = /^(\s|-- This is an empty migration\.)*$/.test(script)
if (argument === '--check') {
  if (!isEmpty) console.error(`prisma/schema.prisma has changes that no migration makes:\n${script}`)
  process.exitCode = isEmpty ? 0 : 1
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = join(root, 'prisma/migrations', `${stamp}_${argument}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'migration.sql'), script)
  writeFileSync(latest, readFileSync(current))
  console.log(`wrote ${join(folder, 'migration.sql')}`)
}

async function diff(from, to) {
  const { SchemaEngine } = await loadEngine()
  const adapter = {
    provider: 'postgres',
    adapterName: 'none',
    connect: connectToNothing,
    connectToShadowDb: connectToNothing,
  }
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
  const result = await engine.diff({
    from: existsSync(from) ? schemaAt(from) : { tag: 'empty' },
    to: schemaAt(to),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return result.stdout
}

/** The engine compares two schemas without a database. This answers the only question that it asks about one. */
async function connectToNothing() {
  const answer = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [5, 7, 0],
    rows: [[true, 'PostgreSQL 18.4', 180004]],
  }
  const connection = {
    provider: 'postgres',
    adapterName: 'none',
    queryRaw: async () => ({ ok: true, value: answer }),
    executeScript: async () => ({ ok: true, value: undefined }),
    dispose: async () => ({ ok: true, value: undefined }),
    getConnectionInfo: () => ({ ok: true, value: { schemaName: 'public', supportsRelationJoins: true } }),
  }
  return { ok: true, value: connection }
}

function schemaAt(path) {
  return { tag: 'schemaDatamodel', files: [{ path, content: readFileSync(path, 'utf8') }] }
}

/** Loads the WebAssembly engine from its file, because Node 20 cannot import a .wasm file as a module. */
async function loadEngine() {
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bindings = await import(entry)
  const bytes = readFileSync(join(dirname(entry), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return bindings
}
