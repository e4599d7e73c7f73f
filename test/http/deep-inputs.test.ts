import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import { openTestApi } from '../support/api.js'

const api = await openTestApi()
const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
const nest = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)

/** Bodies that nest too deeply, as text, because JSON.stringify could not write them. */
const BODIES = [30_000, 100_000].flatMap((levels) => [
  `{"query":"${nest('{a', '}', levels)}"}`,
  `{"query":"{a(b:${nest('[', ']', levels)})}"}`,
  `{"query":"{a(b:${nest('{c:', '}', levels)})}"}`,
  `{"query":"query($a:${nest('[', ']', levels)}){service{name}}"}`,
  `{"query":"query($a:Float){activation(expression:\\"x\\"){curve(from:$a){y}}}","variables":{"a":${nest('[', ']', levels)}}}`,
  `{"query":"query($a:Float){activation(expression:\\"x\\"){curve(from:$a){y}}}","variables":{"a":${nest('{\\"a\\":', '}', levels).replaceAll('\\"', '"').replace(':}', ':1}')}}}`,
  `{"query":"{service{name}}","extensions":{"a":${nest('[', ']', levels)}}}`,
  `{"query":${nest('[', ']', levels)}}`,
])

/** The first code in an answer, or OK. */
const codeIn = (text: string) =>
  /"code":"(\w+)"/.exec(text)?.[1] ?? (text.includes('actbench') ? 'OK' : text.slice(0, 200))
const EXPECTED = [
  'QUERY_TOO_COMPLEX',
  'GRAPHQL_PARSE_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OK',
  'closed with 4400',
]

test('input of any depth is refused with a code of the API, over HTTP, as events and over a web socket', async () => {
  for (const body of BODIES) {
    const about = body.slice(0, 60)
    for (const accept of ['application/json', 'text/event-stream']) {
      const headers = { 'content-type': 'application/json', accept }
      const answer = await fetch(`${address}/graphql`, { method: 'POST', headers, body })
      const text = await answer.text()
      assert.ok(answer.status < 500, `${answer.status} ${about}`)
      assert.ok(EXPECTED.includes(codeIn(text)), `${codeIn(text)} ${accept} ${about}`)
      assert.doesNotMatch(text, /call stack/)
    }
    const text = await askSocket(body)
    assert.ok(EXPECTED.includes(codeIn(text)), `${codeIn(text)} web socket ${about}`)
    assert.doesNotMatch(text, /call stack/)
  }
  assert.deepEqual(api.log, [])
})

/** The first answer to a `subscribe` message with this payload. */
function askSocket(payload: string): Promise<string> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws')
  return new Promise((done) => {
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    socket.on('close', (code) => done(`closed with ${code}`))
    socket.on('message', (data) => {
      const text = String(data)
      if (text.includes('connection_ack')) return socket.send(`{"type":"subscribe","id":"1","payload":${payload}}`)
      done(text)
      socket.terminate()
    })
  })
}
