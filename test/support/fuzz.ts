import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import process from 'node:process'
import { ERROR_CODES } from '../../src/errors.js'
import type { TestApi } from './api.js'

/** Number of examples for each property. To try more: `FUZZ_RUNS=5000 node scripts/test.mjs test/fuzz`. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 100)

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

export interface Fuzzer {
  /** Sends unchanged bytes to a path over real HTTP and returns the answer. */
  send(method: string, path: string, headers: Record<string, string>, body: string | Buffer): Promise<RawAnswer>
  /** Sends an operation and checks the answer with `checkAnswer`. Returns `codes`. */
  ask(query: unknown, variables?: unknown): Promise<Map<string, number>>
  /** Number of answers so far, by the code of their first error, or OK. */
  readonly codes: ReadonlyMap<string, number>
  close(): void
}

/** Lets the API listen and sends requests to it, with the secret of a key if one is given. */
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

/** Asserts that the answer is JSON, that its error codes belong to the API, and that no error is the service's fault. */
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
