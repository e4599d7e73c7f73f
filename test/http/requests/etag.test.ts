import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isListed, makeEtag, toWeak } from '../../../src/http/requests/etag.js'

test('an ETag depends on every part and on their order', () => {
  const tags = [makeEtag('a', 'b'), makeEtag('b', 'a'), makeEtag('ab'), makeEtag('a', { b: 1 }), makeEtag('a', null)]
  assert.equal(new Set(tags).size, tags.length)
  assert.equal(makeEtag('a', 'b'), tags[0])
  assert.match(tags[0], /^"[\w-]{27}"$/)
})

test('a list of tags is searched, weak tags match, and * matches everything', () => {
  const tag = makeEtag('a')
  for (const header of [tag, toWeak(tag), `"x", ${tag}`, `W/"x",${toWeak(tag)}`, '*']) assert.ok(isListed(header, tag))
  assert.ok(isListed(tag, toWeak(tag)))
  for (const header of [undefined, '', '"x"', tag.slice(0, -2)]) assert.ok(!isListed(header, tag))
})
