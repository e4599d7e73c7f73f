import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'graphql'
import { createDocumentCache, weighDocument } from '../../../src/http/graphql/document-cache.js'

test('the weight of a document is that of its text and its tokens, including comments', () => {
  const plain = weighDocument(parse('{ a }'))
  assert.ok(weighDocument(parse('{ a b }')) > plain)
  assert.ok(weighDocument(parse(`{ a } #${'x'.repeat(5000)}`)) > plain + 5000)
  assert.ok(weighDocument(parse(`{ a } ${'#\n'.repeat(1000)}`)) > plain + 100_000)
})

test('documents are cached up to their weight, and the least recently used one goes first', async () => {
  const document = parse('{ a }')
  const cache = createDocumentCache(20 * weighDocument(document))
  for (let i = 0; i < 20; i++) await cache.set(`${i}`, document)
  assert.equal(await cache.get('0'), document)
  await cache.set('20', document)
  assert.equal(await cache.get('1'), undefined)
  assert.equal(await cache.get('0'), document)
  assert.equal(await cache.delete('0'), true)
  assert.equal(await cache.get('0'), undefined)
  await cache.set('20', document)
  await cache.set('21', document)
  assert.equal(await cache.get('2'), document)
})

test('a document that needs a large part of the cache is not cached', async () => {
  const cache = createDocumentCache(100_000)
  await cache.set('large', parse(`{ a } #${'x'.repeat(7000)}`))
  assert.equal(await cache.get('large'), undefined)
})
