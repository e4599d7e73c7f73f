// Builds the package into dist/: modules, their types, and the schema as a type for gql.tada.
//   node clients/typescript/build.mjs
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const root = resolve(folder, '../..')
const dist = join(folder, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })
const schema = readFileSync(join(root, 'web/src/api/schema-types.d.ts'), 'utf8')
// The rest declares the schema for every project, which is not for a package to decide.
const end = schema.indexOf("import * as gqlTada from 'gql.tada'")
if (end < 0) throw new Error('web/src/api/schema-types.d.ts: expected the import of gql.tada at its end')
writeFileSync(join(dist, 'introspection.d.ts'), schema.slice(0, end).replace(/^\/\/ Written by .*\n/, ''))
