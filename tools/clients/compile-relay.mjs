// Compiles relay/relayDocuments.js against schema.graphql, and writes each compiled document as JSON to test/data/relay/:
//   npm ci && node compile-relay.mjs
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const compiled = join(here, 'relay', '__generated__')
const target = join(here, '..', '..', 'test', 'data', 'relay')
rmSync(compiled, { recursive: true, force: true })
execFileSync('npx', ['relay-compiler'], { cwd: here, stdio: 'inherit' })
rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const file of readdirSync(compiled)) {
  // Node needs the whole name of a file.
  const text = readFileSync(join(compiled, file), 'utf8')
  writeFileSync(join(compiled, file), text.replaceAll(".graphql';", ".graphql.js';"))
}
for (const file of readdirSync(compiled)) {
  const { default: artifact } = await import(pathToFileURL(join(compiled, file)).href)
  writeFileSync(join(target, file.replace('.graphql.js', '.json')), `${JSON.stringify(artifact, null, 2)}\n`)
}
rmSync(compiled, { recursive: true })
