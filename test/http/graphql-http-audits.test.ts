import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { openTestApi } from '../support/api.js'

const api = await openTestApi()
const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
const audits = serverAudits({ url: `${address}/graphql`, fetchFn: fetch })

test('the specification of GraphQL over HTTP is tested by 61 audits', () => {
  assert.equal(audits.length, 61)
})

for (const audit of audits) {
  test(audit.name, async () => {
    const result = await audit.fn()
    assert.equal(result.status, 'ok', 'reason' in result ? result.reason : '')
  })
}
