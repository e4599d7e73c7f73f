import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HTTPRequest } from 'puppeteer-core'
import { fitBenchmark } from '../support/benchmark.js'
import { openPages } from '../support/browser/page-fixture.js'
import { NO_BROWSER } from '../support/browser/visitor.js'
import { countSubscriptions } from '../support/fixtures/client-fixture.js'

const VISITORS = 100
const AT_ONCE = 10
const VISITED = [
  ['/', '.card'],
  ['/datasets/synthetic', '.leaderboard tbody tr[aria-rowindex="2"]'],
  ['/datasets/synthetic/map', '.map canvas[data-drawn]'],
] as const

test('100 visitors of one address are not refused, and all get live results', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor, origin } = await openPages(60)
  const { page } = visitor
  await fitBenchmark(api.database, { dataset: { name: 'synthetic' } })
  const requests: HTTPRequest[] = []
  // Files of the pages cost nothing.
  page.on('request', (request) => {
    if (request.url().startsWith(`${origin}/graphql`)) requests.push(request)
  })
  await page.setCacheEnabled(false)
  for (const [path, selector] of VISITED) await visitor.open(path, selector)
  await page.goto('about:blank')

  // Who forgets the answer of a stream closes it.
  const open: Response[] = []
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const repeat = async (request: HTTPRequest): Promise<void> => {
    const { signal } = leaving
    const [method, headers, body] = [request.method(), request.headers(), request.postData()]
    const response = await fetch(request.url(), { method, headers, body, signal })
    assert.equal(response.status, 200, request.url())
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) open.push(response)
    else assert.equal(JSON.parse(await response.text()).errors, undefined)
  }
  const streams = requests.filter((request) => request.headers().accept === 'text/event-stream').length
  assert.ok(streams >= 2)
  for (let visit = 0; visit < VISITORS; visit += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const request of requests) await repeat(request)
      }),
    )
  }
  assert.equal(await countSubscriptions(api), VISITORS * streams)
})
