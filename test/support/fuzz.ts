import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import process from 'node:process'
import { ERROR_CODES } from '../../src/errors.js'
import type { TestApi } from './api.js'

/** Examples of each property: `FUZZ_RUNS=5000 node scripts/test.mjs test/fuzz` tries harder. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 100)

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

export interface Fuzzer {
  /** Sends bytes as they are to a path over real HTTP, and returns what came. */
  send(method: string, path: string, headers: Record<string, string>, body: string | Buffer): Promise<RawAnswer>
  /** Sends an operation and checks the answer: no 5xx, no INTERNAL_SERVER_ERROR, codes of the API alone. */
  ask(query: unknown, variables?: unknown): Promise<Map<string, number>>
  /** Answers so far by code of their first error (or OK). */
  readonly codes: ReadonlyMap<string, number>
  close(): void
}

/** Lets the API listen and speaks to it with a key. */
export async function openFuzzer(api: TestApi, secret: string | null): Promise<Fuzzer> {
  if (!api.app.http.server.listening) await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  const { port } = api.app.http.server.address() as { port: number }
  const agent = new Agent({ keepAlive: true })
  const codes = new Map<string, number>()
  const send: Fuzzer['send'] = (method, path, headers, body) =>
    new Promise((done, fail) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.on('error', fail).on('end', () => done({ status: response.statusCode ?? 0, text }))
      })
      sent.on('error', fail)
      sent.end(body)
    })
  return {
    send,
    codes,
    async ask(query, variables) {
      const headers = { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) }
      const body = JSON.stringify({ query, variables })
      const answer = await send('POST', '/graphql', headers, body)
      checkAnswer(answer, body)
      const first = JSON.parse(answer.text).errors?.[0]?.extensions.code ?? 'OK'
      codes.set(first, (codes.get(first) ?? 0) + 1)
      return codes
    },
    close: () => agent.destroy(),
  }
}

/** Whatever a client sends, it gets JSON with the codes of the API, and none that blames the service. */
export function checkAnswer({ status, text }: RawAnswer, sent: string): void {
  const about = `${sent.slice(0, 2000)}\n${status} ${text.slice(0, 1000)}`
  assert.ok(status >= 200 && status < 500, about)
  const { errors = [] } = JSON.parse(text)
  for (const { message, extensions } of errors) {
    assert.ok(extensions.code in ERROR_CODES, about)
    assert.ok(!['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE'].includes(extensions.code), about)
    assert.equal(typeof message, 'string')
    assert.doesNotMatch(message, /node_modules|prisma|\.ts:|\.js:|at Object\.|SELECT |INSERT /, about)
  }
}
