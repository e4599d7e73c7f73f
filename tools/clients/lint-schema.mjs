// Lints schema.graphql with the Relay rules of two linters. Exit status 1 if a rule is broken.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const bin = (name) => join(here, 'node_modules', '.bin', name)
const rules = ['connection-types', 'connection-arguments', 'page-info'].map((rule) => `relay-${rule}-spec`)
const described = ['types', 'fields', 'arguments', 'enum-values', 'input-object-values'].map(
  (each) => `${each}-have-descriptions`,
)
for (const [name, ...args] of [
  ['graphql-schema-linter', '--rules', [...rules, ...described].join(','), 'schema.graphql'],
  ['eslint', '--config', join(here, 'eslint.config.js'), 'schema.graphql'],
]) {
  const { status } = spawnSync(bin(name), args, { cwd: root, stdio: 'inherit' })
  console.log(`${name}: ${status === 0 ? 'no rule is broken' : 'failed'}`)
  if (status !== 0) process.exitCode = 1
}
