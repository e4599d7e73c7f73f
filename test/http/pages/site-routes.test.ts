import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSchema } from 'graphql'
import { PROJECT_ROOT } from '../../../src/root.js'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'

const api = await openTestApi()
await createSyntheticDataset(api.database, { measured: [] })
const open = (url: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ url, headers: { host: 'bench.example', ...headers } })

test('robots.txt leads to the map of the site, which has pages that exist', async () => {
  const robots = await open('/robots.txt')
  assert.match(robots.body, /^Sitemap: http:\/\/bench\.example\/sitemap\.xml$/m)
  const map = await open('/sitemap.xml')
  assert.match(String(map.headers['content-type']), /^application\/xml/)
  const addresses = [...map.body.matchAll(/<loc>http:\/\/bench\.example([^<]*)<\/loc>/g)].map(([, path]) => path)
  assert.ok(addresses.includes('/datasets/synthetic') && addresses.includes('/docs/language'))
  for (const path of addresses) {
    const page = await open(path, { accept: 'text/html' })
    assert.deepEqual([page.statusCode, String(page.headers['content-type'])], [200, 'text/html; charset=utf-8'], path)
  }
})

test('every link of llms.txt leads somewhere', async () => {
  const { body } = await open('/llms.txt')
  assert.match(body, /^# actbench\n\n> /)
  const links = [...body.matchAll(/\]\(http:\/\/bench\.example([^)]*)\)/g)].map(([, path]) => path)
  assert.ok(links.includes('/schema.graphql') && links.includes('/datasets/synthetic/croissant.json'))
  for (const path of links) assert.equal((await open(path, { accept: 'text/html,*/*' })).statusCode, 200, path)
})

test('/schema.graphql is the API, and is not sent again to who has it', async () => {
  const schema = await open('/schema.graphql')
  assert.match(String(schema.headers['content-type']), /^text\/plain/)
  buildSchema(schema.body)
  assert.ok(readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8').endsWith(schema.body))
  const again = await open('/schema.graphql', { 'if-none-match': String(schema.headers.etag) })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
})

test('the documents link only to what exists, and have no script', async () => {
  const map = await open('/sitemap.xml')
  const pages = [...map.body.matchAll(/bench\.example(\/docs[^<]*)</g)].map(([, path]) => path)
  assert.ok(pages.length > 50)
  const bodies = new Map<string, string>()
  for (const path of pages) bodies.set(path, (await open(path)).body)
  for (const [path, body] of bodies) {
    assert.doesNotMatch(body, /<script|style="/, path)
    for (const [, target] of body.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(target)) continue
      const [address, anchor] = target.split('#')
      const file = address === '' ? path : address
      const text = bodies.get(file) ?? ''
      if (text === '') assert.equal((await open(file, { accept: 'text/html' })).statusCode, 200, `${path}: ${target}`)
      else if (anchor) assert.ok(text.includes(` id="${decodeURIComponent(anchor)}"`), `${path}: ${target}`)
    }
  }
  for (const path of ['/docs/../package.json', '/docs/..%2f..%2fpackage.json', '/docs/%2e%2e/package.json']) {
    assert.equal((await open(path)).statusCode, 404, path)
  }
})
