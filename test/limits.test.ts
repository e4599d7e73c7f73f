import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { getNamedType, getNullableType, isCompositeType, isListType, isObjectType } from 'graphql'
import { DEFAULT_CACHE_SECONDS, DEFAULT_RATE_LIMIT } from '../src/config.js'
import { FIELD_PRICES } from '../src/graphql/operation-prices.js'
import { createSchema } from '../src/graphql/schema.js'
import { EXPORT_HEAD_PRICE, EXPORT_PRICE } from '../src/http/exports/exports.js'
import { PROBLEM_PRICE, REFUSED_PRICE } from '../src/http/graphql/operation-charges.js'
import { MAX_PERSISTED_CHARACTERS } from '../src/http/graphql/persisted-documents.js'
import { listLimits, toSettingName } from '../src/limits.js'
import * as prices from '../src/operation-limits/prices.js'
import { PROJECT_ROOT } from '../src/root.js'

const document = readFileSync(join(PROJECT_ROOT, 'docs/limits.md'), 'utf8')
const rowsOf = (name: RegExp) =>
  document.split('\n').filter((line) => line.startsWith('| `') && name.test(line.split('`')[1]))

function describeRows(rows: prices.Rows | undefined): string {
  if (rows === undefined) return ''
  if (typeof rows === 'number') return String(rows)
  const own = `\`${rows.argument}\`, at most ${rows.most}`
  return rows.and === undefined ? own : `${own}; times ${describeRows(rows.and)}`
}

function describePrice([name, { own, row, rows, isEach, counted, text }]: [string, prices.Price]): string {
  const how = [
    ...[describeRows(rows), isEach && 'with each row', counted && `or \`${counted.argument}\` of them`],
    text && `and ${text.character} for each character of \`${text.argument}\``,
  ]
  return `| \`${name}\` | ${own ?? ''} | ${row ?? ''} | ${how.filter(Boolean).join(', ')} |`
}

test('docs/limits.md has every limit with its setting, its default and its description from the code', () => {
  const expected = listLimits().map(([name, { default: value, description }]) => {
    return `| \`${toSettingName(name)}\` | ${value} | ${description} |`
  })
  assert.deepEqual(rowsOf(/^ACTBENCH_LIMIT_/), expected)
})

test('docs/limits.md has every price', () => {
  assert.deepEqual(rowsOf(/^\w+\.\w+$/), Object.entries(FIELD_PRICES).map(describePrice))
  const general = {
    'each operation': prices.OPERATION_PRICE,
    'a leaf': prices.LEAF_PRICE,
    'an object or a row': prices.OBJECT_PRICE,
    'a page, in addition to its rows': prices.PAGE_PRICE,
    '`totalCount`': prices.TOTAL_COUNT_PRICE,
    'each row that `offset` passes over': prices.PASSED_ROW_PRICE,
    'a leaf of the schema': prices.INTROSPECTION_LEAF_PRICE,
    'an object of the schema': prices.INTROSPECTION_OBJECT_PRICE,
    'each character of an expression argument after the first 50': prices.CHARACTER_PRICE,
    'an export': EXPORT_PRICE,
    'a HEAD request of an export, or its provenance': EXPORT_HEAD_PRICE,
    'an operation that is refused before it runs': REFUSED_PRICE,
    'each problem reported in its document': PROBLEM_PRICE,
  }
  for (const [what, price] of Object.entries(general)) assert.ok(document.includes(`| ${what} | ${price} |`), what)
})

test('docs/limits.md has the other defaults', () => {
  assert.ok(document.includes(`| \`ACTBENCH_RATE_LIMIT\` | ${DEFAULT_RATE_LIMIT} |`))
  assert.ok(document.includes(`| \`ACTBENCH_CACHE_SECONDS\` | ${DEFAULT_CACHE_SECONDS} |`))
  assert.ok(document.includes(`${MAX_PERSISTED_CHARACTERS} characters`))
})

test('every test that docs/lab/promises.md names for limits exists', () => {
  const promises = readFileSync(join(PROJECT_ROOT, 'docs/lab/promises.md'), 'utf8').split('\n## Limits\n')[1]
  const named = [...promises.matchAll(/^\| .* \| `(test\/\S+\.test\.ts)`: (.+) \|$/gm)]
  assert.ok(named.length >= 20)
  for (const [, file, title] of named) {
    const text = readFileSync(join(PROJECT_ROOT, file), 'utf8')
    assert.ok(text.includes(title.replaceAll('`', '')), `${file}: ${title}`)
  }
})

test('every list of objects has a price that counts its rows, and every price belongs to a field', () => {
  const schema = createSchema()
  const known = new Set(Object.keys(FIELD_PRICES))
  const unpriced: string[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`
      const isList = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type))
      if (isList && !known.has(name) && !type.name.endsWith('Connection')) unpriced.push(name)
      known.delete(name)
    }
  }
  assert.deepEqual(unpriced, [])
  assert.deepEqual([...known], [], 'prices of fields that do not exist')
})

test('every mutation has a price', () => {
  const fields = Object.keys(createSchema().getMutationType()?.getFields() ?? {})
  assert.deepEqual(
    fields.filter((name) => !(`Mutation.${name}` in FIELD_PRICES)),
    [],
  )
})
