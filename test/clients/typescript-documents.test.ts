import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'graphql'
import { readOperation } from '../../clients/typescript/src/document.js'
import type { TypedDocument } from '../../clients/typescript/src/index.js'
import { printDocument } from '../../clients/typescript/src/print-document.js'
import { PROJECT_ROOT } from '../../src/root.js'

test('a document is printed as graphql-js reads it', () => {
  const folders = ['operations', 'clients/typescript/operations'].map((name) => join(PROJECT_ROOT, name))
  const texts = folders.flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')))
  texts.push(`
    query A($a: [Int!]! = [1, -2] @d, $b: I = { a: { b: [null, true], c: ENUM }, d: 1.5e3 }) @skip(if: false) @x {
      a: b(c: "q\\"\\\\\\n\\u0007 \u{1F600}", d: """block "quoted"
        text""", e: $a) @include(if: $b) { ... on T @d { id } ...F @d ... @d(a: []) { x } ... { y } }
    }
    fragment F on T @d { id }
    subscription { a }
    { b }
  `)
  for (const text of texts) {
    const document = parse(text, { noLocation: true })
    const plain = JSON.stringify(document, (name, value) => (name === 'block' ? undefined : value))
    const printed = JSON.stringify(parse(printDocument(document), { noLocation: true }), (name, value) =>
      name === 'block' ? undefined : value,
    )
    assert.equal(printed, plain)
  }
  assert.equal(readOperation('# a\n mutation  Name($a: Int) { a }').name, 'Name')
  assert.deepEqual([readOperation('{ a }').kind, readOperation('{ a }').name], ['query', null])
  assert.throws(() => readOperation(parse('fragment F on T { id }') as TypedDocument<never, never>), /got none/)
})
