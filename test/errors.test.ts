import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isEnumType } from 'graphql'
import { ERROR_CODES } from '../src/errors.js'
import { createSchema } from '../src/graphql/schema.js'
import { PROJECT_ROOT } from '../src/root.js'

const document = readFileSync(join(PROJECT_ROOT, 'docs/errors.md'), 'utf8')
const rows = [...document.matchAll(/^\| `(\w+)` \| (\d+) \| ([^|]+) \|/gm)].map(([, code, status, meaning]) => ({
  code,
  status: Number(status),
  description: meaning.trim(),
}))

test('docs/errors.md has the same codes as the table in the code, in the same order', () => {
  const expected = Object.entries(ERROR_CODES).map(([code, { status, description }]) => ({ code, status, description }))
  assert.deepEqual(rows, expected)
})

test('the API declares exactly these codes', () => {
  const declared = createSchema().getType('ErrorCode')
  assert.ok(isEnumType(declared))
  assert.deepEqual(
    declared.getValues().map(({ name, description }) => ({ name, description })),
    Object.entries(ERROR_CODES).map(([name, { description }]) => ({ name, description })),
  )
})
