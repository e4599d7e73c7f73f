import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()
const open = (url: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } })

test('a browser gets the query editor at /graphql and GraphiQL at /graphiql, and a program gets its answer', async () => {
  const editor = await open('/graphql?query=%7Bviewer%7Bname%7D%7D')
  assert.equal(editor.statusCode, 200)
  assert.match(editor.body, /<title>Query editor · actbench<\/title>/)
  assert.match(String(editor.headers['content-security-policy']), /script-src 'self'(?:;|$)/)
  for (const url of ['/graphiql', '/graphiql?query=%7Bviewer%7Bname%7D%7D']) {
    const page = await open(url)
    assert.equal(page.statusCode, 200)
    assert.match(String(page.headers['content-type']), /^text\/html/)
    assert.match(page.body, /YogaGraphiQL\.renderYogaGraphiQL/)
  }
  const answer = await open('/graphql?query=%7Bviewer%7Bname%7D%7D', { accept: '*/*' })
  assert.deepEqual(answer.json(), { data: { viewer: null } })
})

test('the page sends requests to no other host', async () => {
  const page = await open('/graphiql')
  const policy = String(page.headers['content-security-policy'])
  // The browser refuses every other host: each source is this host, or created by the page.
  for (const source of policy.split(';').flatMap((directive) => directive.trim().split(' ').slice(1))) {
    assert.match(source, /^('self'|'none'|'unsafe-inline'|'unsafe-eval'|blob:|data:|ws:|wss:)$/)
  }
  assert.match(policy, /default-src 'self'/)
  const markup = page.body.replace(/<script>[\s\S]*<\/script>/, '').replace(/<style>[\s\S]*<\/style>/, '')
  assert.doesNotMatch(markup, /(src|href)="(https?:)?\/\//)
  assert.doesNotMatch(page.body, /@import\s+["']?https?:|url\(["']?https?:/)
  assert.match(page.body, /new URL\('\/graphql\/ws', location\.href\)\.href/)
})

test('the page is sent compressed, and only once', async () => {
  const page = await open('/graphiql', { 'accept-encoding': 'gzip' })
  assert.equal(page.headers['content-encoding'], 'gzip')
  assert.ok(page.rawPayload.length < 4e6)
  const again = await open('/graphiql', { 'if-none-match': String(page.headers.etag) })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
})
