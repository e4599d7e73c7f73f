import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { DEFAULT_LIMITS } from '../../src/limits.js'
import { openTestApi, type TestApi } from '../support/api.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const WRONG_KEYS_A_MINUTE = DEFAULT_LIMITS.wrongKeys

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

/** Sends twice as many wrong keys at once as a minute allows, and counts the answers by their code. */
async function guess(api: TestApi, addresses: (i: number) => string): Promise<Record<string, number>> {
  const counts: Record<string, number> = { '401 UNAUTHENTICATED': 0, '429 RATE_LIMITED': 0 }
  const guesses = Array.from({ length: 2 * WRONG_KEYS_A_MINUTE }, (_, i) => knock(api, `abk_guess-${i}`, addresses(i)))
  for (const answer of await Promise.all(guesses)) counts[answer.join(' ')]++
  return counts
}

/** Most guesses that may have passed since then, however slow the machine is: the budget and its growth. */
function mostGuesses(startedAt: number): number {
  return WRONG_KEYS_A_MINUTE * (1 + (performance.now() - startedAt) / 60_000) + 1
}

async function openTwo(t: TestContext): Promise<[TestApi, TestApi]> {
  const first = await openTestApi(t)
  return [first, await openTestApi(t, first.database)]
}

test('too many wrong keys from an address are RATE_LIMITED by every server', async (t) => {
  const [first, second] = await openTwo(t)
  const startedAt = performance.now()
  const [one, two] = [await guess(first, () => '192.0.2.1'), await guess(second, () => '192.0.2.1')]
  const accepted = one['401 UNAUTHENTICATED'] + two['401 UNAUTHENTICATED']
  assert.ok(accepted >= WRONG_KEYS_A_MINUTE && accepted <= mostGuesses(startedAt), `${accepted} were let through`)
  assert.equal(accepted + one['429 RATE_LIMITED'] + two['429 RATE_LIMITED'], 4 * WRONG_KEYS_A_MINUTE)
  assert.deepEqual(await knock(first, 'abk_wrong', '192.0.2.2'), [401, 'UNAUTHENTICATED'])
})

test('the number of wrong keys that an address may send is a setting', async (t) => {
  const api = await openTestApi(t, undefined, { limits: { wrongKeys: 2 } })
  const answers = [1, 2, 3].map(() => knock(api, 'abk_wrong', '192.0.2.1'))
  const statuses = (await Promise.all(answers)).map(([status]) => status).sort()
  assert.deepEqual(statuses, [401, 401, 429])
})

test('a valid key works next to any number of wrong ones, even if it was never used before', async (t) => {
  const [first, second] = await openTwo(t)
  const secret = await first.createKey('TRAIN')
  const guesses = guess(first, () => '192.0.2.1')
  assert.deepEqual(await knock(second, secret, '192.0.2.1'), [200, 'OK'])
  assert.ok((await guesses)['429 RATE_LIMITED'] > 0)
  assert.deepEqual(await knock(first, secret, '192.0.2.1'), [200, 'OK'])
  assert.deepEqual(await knock(second, secret, '192.0.2.1'), [200, 'OK'])
})

test('an IPv6 subscriber has one budget for all addresses of the network', async (t) => {
  const api = await openTestApi(t)
  const startedAt = performance.now()
  const counts = await guess(api, (i) => `2001:db8::${i.toString(16)}`)
  assert.ok(counts['401 UNAUTHENTICATED'] <= mostGuesses(startedAt))
  assert.ok(counts['429 RATE_LIMITED'] > 0)
  assert.equal((await knock(api, 'abk_wrong', '2001:db8:0:1::1'))[0], 401)
})

test('wrong keys over web sockets count too', async (t) => {
  const api = await openTestApi(t)
  const socket = await openTestSocket(api, { Authorization: 'Bearer abk_wrong' })
  t.after(() => socket.close())
  const startedAt = performance.now()
  const codes: string[] = []
  const guesses = Array.from({ length: 2 * WRONG_KEYS_A_MINUTE }, () =>
    socket
      .open('{ viewer { name } }')
      .next()
      .catch((errors: { extensions: { code: string } }[]) => codes.push(errors[0].extensions.code)),
  )
  await Promise.all(guesses)
  const accepted = codes.filter((code) => code === 'UNAUTHENTICATED').length
  assert.ok(accepted >= WRONG_KEYS_A_MINUTE && accepted <= mostGuesses(startedAt), `${accepted} were let through`)
  assert.equal(codes.filter((code) => code === 'RATE_LIMITED').length, codes.length - accepted)
  assert.equal(codes.length, 2 * WRONG_KEYS_A_MINUTE)
})

test('/metrics and exports count an IPv6 address by its first 64 bits too', async (t) => {
  const { app } = await openTestApi(t)
  const codes: number[] = []
  for (let i = 0; i < 2 * WRONG_KEYS_A_MINUTE; i++) {
    const remoteAddress = `2001:db8:0:1:${i.toString(16)}::1`
    const url = i % 2 ? '/metrics' : '/export/mini-cnn.csv'
    const headers = { authorization: `Bearer abk_guess-${i}` }
    codes.push((await app.http.inject({ url, remoteAddress, headers })).statusCode)
  }
  assert.ok(codes.includes(429), codes.join(' '))
})
