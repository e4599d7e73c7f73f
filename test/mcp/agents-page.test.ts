import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { OPERATIONS } from '../../src/api-client/operations.js'
import { TOOLS } from '../../src/mcp/create-mcp-server.js'
import { PROJECT_ROOT } from '../../src/root.js'

test('docs/agents.md lists every tool', () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/agents.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  assert.deepEqual(listed.sort(), TOOLS.map(({ name }) => name).sort())
})

test('every operation fits the schema', () => {
  const schema = buildSchema(readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8'))
  for (const [name, document] of OPERATIONS) assert.deepEqual(validate(schema, parse(document)), [], name)
})
