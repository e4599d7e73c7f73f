// Writes schema.graphql, the public API, from src/graphql.
//   node scripts/emit-schema.mjs            writes the file
//   node scripts/emit-schema.mjs --check    exit status 1 if the file differs from the code
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const file = join(root, 'schema.graphql')

await build()
const { printPublicSchema } = await import('../build/src/graphql/print-public-schema.js')
const printed = printPublicSchema()
if (process.argv[2] === '--check') {
  if (readFileSync(file, 'utf8') !== printed) {
    console.error('schema.graphql is out of date: run `node scripts/emit-schema.mjs` and look at what changed')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, printed)
}
