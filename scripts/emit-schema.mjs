// Writes schema.graphql, the public API, from src/graphql, its types for the queries of the pages, and the documents of the
// client for TypeScript.
//   node scripts/emit-schema.mjs            writes the files
//   node scripts/emit-schema.mjs --check    exit status 1 if a file differs from the code
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { buildSchema, introspectionFromSchema } from 'graphql'
import { generateClient } from '../clients/typescript/generate.mjs'
import { build } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

await build()
const { printPublicSchema } = await import('../build/src/graphql/print-public-schema.js')
const printed = printPublicSchema()
const schema = buildSchema(printed)
const types = printTypes(schema)
const files = {
  'schema.graphql': printed,
  'web/src/api/schema-types.d.ts': types,
  ...generateClient(schema, types),
}
for (const [name, text] of Object.entries(files)) {
  const file = join(root, name)
  if (process.argv[2] !== '--check') writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is out of date: run \`node scripts/emit-schema.mjs\` and look at what changed`)
    process.exitCode = 1
  }
}

/** The schema as a type that gql.tada reads. */
function printTypes(schema) {
  const introspection = introspectionFromSchema(schema, { descriptions: false })
  const text = outputIntrospectionFile(minifyIntrospection(introspection), {
    fileType: '.d.ts',
    shouldPreprocess: true,
  })
  return `// Written by scripts/emit-schema.mjs.\n${text}`
}
