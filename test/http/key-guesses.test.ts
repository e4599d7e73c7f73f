import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { WRONG_KEYS_A_MINUTE } from '../../src/http/guard.js'
import { openTestApi, type TestApi } from '../support/api.js'
import { openTestSocket } from '../support/web-socket.js'

async function knock({ app }: TestApi, secret: string, remoteAddress: string): Promise<[number, string]> {
  const response = await app.http.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress,
    headers: { authorization: `Bearer ${secret}` },
    payload: { query: '{ viewer { name } }' },
  })
  return [response.statusCode, response.json().errors?.[0].extensions.code ?? 'OK']
}

async function guessTooOften(api: TestApi, address: string): Promise<void> {
  for (let i = 0; i < WRONG_KEYS_A_MINUTE; i++) await knock(api, `abk_guess-${i}`, address)
}

async function openTwo(t: TestContext): Promise<[TestApi, TestApi]> {
  const first = await openTestApi(t)
  return [first, await openTestApi(t, first.database)]
}

test('too many wrong keys of an address are RATE_LIMITED, by every server', async (t) => {
  const [first, second] = await openTwo(t)
  assert.deepEqual(await knock(first, 'abk_wrong', '192.0.2.1'), [401, 'UNAUTHENTICATED'])
  await guessTooOften(first, '192.0.2.1')
  for (const api of [first, second]) {
    assert.deepEqual(await knock(api, 'abk_wrong', '192.0.2.1'), [429, 'RATE_LIMITED'])
    assert.deepEqual(await knock(api, 'abk_wrong', '192.0.2.2'), [401, 'UNAUTHENTICATED'])
  }
})

test('a right key goes on working beside any number of wrong ones, also one that was never used', async (t) => {
  const [first, second] = await openTwo(t)
  const secret = await first.createKey('TRAIN')
  await guessTooOften(first, '192.0.2.1')
  assert.equal((await knock(first, 'abk_wrong', '192.0.2.1'))[0], 429)
  assert.deepEqual(await knock(first, secret, '192.0.2.1'), [200, 'OK'])
  assert.deepEqual(await knock(second, secret, '192.0.2.1'), [200, 'OK'])
})

test('an IPv6 subscriber has one budget for all addresses of his network', async (t) => {
  const api = await openTestApi(t)
  for (let i = 0; i <= WRONG_KEYS_A_MINUTE; i++) await knock(api, 'abk_wrong', `2001:db8::${i.toString(16)}`)
  assert.equal((await knock(api, 'abk_wrong', '2001:db8::ffff'))[0], 429)
  assert.equal((await knock(api, 'abk_wrong', '2001:db8:0:1::1'))[0], 401)
})

test('web sockets count alike', async (t) => {
  const api = await openTestApi(t)
  const socket = await openTestSocket(api, { Authorization: 'Bearer abk_wrong' })
  t.after(() => socket.close())
  const codes: string[] = []
  for (let i = 0; i <= WRONG_KEYS_A_MINUTE; i++) {
    await socket
      .open('{ viewer { name } }')
      .next()
      .catch((errors: { extensions: { code: string } }[]) => codes.push(errors[0].extensions.code))
  }
  assert.deepEqual([codes[0], codes.at(-1), codes.length], ['UNAUTHENTICATED', 'RATE_LIMITED', WRONG_KEYS_A_MINUTE + 1])
})
