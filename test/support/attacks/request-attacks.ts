import { gzipSync } from 'node:zlib'
import { type Attack, ask, BODY, everyOf, flood, get, json, lastOf, post, speak, type Target } from './attack-tools.js'

const nest = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n'

/** Slow, large and malformed requests, clients that claim to be somebody else, and web sockets. */
export const REQUEST_ATTACKS: readonly Attack[] = [
  // Slow and large requests.
  {
    name: 'slow loris: a head, a byte a second',
    expected: /^(408|closed)$/,
    run: (t) => speak(t, 'GET / HTTP/1.1\r\nhost: a\r\nx-a: ', { text: 'b', milliseconds: 500 }),
  },
  {
    name: 'slow body, a byte a second',
    expected: /^(408|closed)$/,
    run: (t) => speak(t, `${HEAD}content-length: 100000\r\n\r\n{`, { text: ' ', milliseconds: 500 }),
  },
  {
    name: 'a head of 1 MB',
    expected: /^431|^closed/,
    run: (t) => speak(t, `GET / HTTP/1.1\r\nhost: a\r\nx-a: ${'b'.repeat(2 ** 20)}\r\n\r\n`),
  },
  {
    name: '5,000 headers',
    expected: /^(431|closed)/,
    run: (t) =>
      speak(
        t,
        `GET /healthz HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 5000 }, (_, i) => `x-${i}: 1\r\n`).join('')}\r\n`,
      ),
  },
  {
    name: 'a body of 5 MB',
    // If the server closes the connection while the rest of the request arrives, its answer is lost.
    expected: /^(413|closed)$/,
    run: (t) => speak(t, `${HEAD}content-length: 5000000\r\n\r\n${'x'.repeat(5e6)}`),
  },
  {
    name: 'a compressed bomb of 200 MB',
    expected: /^4\d\d BAD_REQUEST$/,
    run: (t) => post(t, gzipSync(Buffer.alloc(2e8)), { ...json, 'content-encoding': 'gzip' }),
  },
  {
    name: 'chunks without an end',
    expected: /^(400|413|408|closed)/,
    run: (t) =>
      speak(t, `${HEAD}transfer-encoding: chunked\r\n\r\n`, {
        text: `8000\r\n${'x'.repeat(0x8000)}\r\n`,
        milliseconds: 10,
      }),
  },
  {
    name: 'JSON of 100,000 nested objects',
    expected: /^400 (BAD_REQUEST|QUERY_TOO_COMPLEX)$/,
    run: (t) => post(t, `{"query":"{ service { name } }","variables":${nest(100_000)}}`),
  },
  {
    name: 'variables of 100,000 numbers',
    expected: /^400 /,
    run: (t) =>
      ask(t, 'query ($e: [String!]!) { predict(dataset: "x", expressions: $e) { mean } }', {
        e: Array(100_000).fill('x'),
      }),
  },
  // Identity.
  {
    name: 'a mutation without a key',
    expected: /^401 UNAUTHENTICATED$/,
    run: (t) => ask(t, 'mutation { deleteDataset(name: "mini-cnn") { name } }'),
  },
  {
    name: 'a mutation by GET',
    expected: /^405 BAD_REQUEST$/,
    run: (t) =>
      get(t, `/graphql?query=${encodeURIComponent('mutation { deleteDataset(name: "x") { name } }')}`, {
        authorization: `Bearer ${t.secret}`,
      }),
  },
  {
    name: 'a key with too little scope',
    expected: /^403 FORBIDDEN$/,
    run: (t) =>
      post(t, '{"query":"mutation { createApiKey(input: { name: \\"x\\", scopes: [ADMIN] }) { secret } }"}', {
        ...json,
        authorization: `Bearer ${t.secret}`,
      }),
  },
  {
    name: '/metrics without ADMIN',
    expected: /^40[13] /,
    run: (t) => lastOf([get(t, '/metrics'), get(t, '/metrics', { authorization: `Bearer ${t.secret}` })]),
  },
  {
    name: 'forms and plain text from a foreign page (CSRF)',
    expected: /^415 BAD_REQUEST$/,
    run: (t) =>
      everyOf(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'], (type) =>
        post(t, BODY, { 'content-type': type, origin: 'https://evil.example' }),
      ),
  },
  {
    name: '60 guesses at keys',
    expected: /^429 RATE_LIMITED$/,
    run: async (t) =>
      lastOf(
        Array.from({ length: 60 }, (_, i) =>
          post(t, BODY, { ...json, authorization: `Bearer abk_${'x'.repeat(40)}${i}` }),
        ),
      ),
  },
  {
    name: 'a right key after these guesses',
    expected: /^200 OK$/,
    run: (t) => post(t, BODY, { ...json, authorization: `Bearer ${t.secret}` }),
  },
  {
    name: 'guesses with forged X-Forwarded-For',
    expected: /^429 RATE_LIMITED$/,
    run: (t) => post(t, BODY, { ...json, 'x-forwarded-for': '198.51.100.7', authorization: 'Bearer abk_wrong' }),
  },
  // HTTP itself.
  {
    name: 'smuggling: Content-Length and Transfer-Encoding',
    expected: /^(400|closed)$/,
    run: (t) =>
      speak(
        t,
        `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: a\r\n\r\n`,
      ),
  },
  {
    name: 'smuggling: two Content-Lengths',
    expected: /^(400|closed)$/,
    run: (t) => speak(t, `${HEAD}content-length: 5\r\ncontent-length: 50\r\n\r\nhello`),
  },
  {
    name: 'smuggling: bare LF, a space before the colon',
    expected: /^(400 ?)+$|^closed$/,
    run: (t) => speak(t, 'GET /healthz HTTP/1.1\nhost : a\ntransfer-encoding : chunked\n\n'),
  },
  {
    name: 'x-request-id with quotes, JSON, 10 kB',
    expected: /^200 OK$/,
    run: async (t) => requestIds(t, ['a"b', 'x'.repeat(10_000), '{"level":60}', '../../x', 'short']),
  },
  {
    name: 'methods: TRACE, PUT, DELETE, NONSENSE',
    expected: /^(400|404|405|closed)/,
    run: (t) =>
      lastOf(
        ['TRACE', 'PUT', 'DELETE', 'NONSENSE'].map((method) =>
          speak(t, `${method} /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
        ),
      ),
  },
  // Web sockets.
  { name: '100 web sockets that say nothing', expected: /^(?!.*open)/, run: (t) => flood(t, 100, () => {}) },
  {
    name: 'a web socket that sends 2 MB',
    expected: /1009/,
    run: (t) => flood(t, 1, (socket) => socket.send('x'.repeat(2 ** 21))),
  },
  {
    name: 'a web socket that sends no JSON',
    expected: /4400/,
    run: (t) => flood(t, 5, (socket) => socket.send('{"type":')),
  },
  {
    name: 'a web socket that subscribes before its introduction',
    expected: /4401/,
    run: (t) =>
      flood(t, 1, (socket) => socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ service { name } }"}}')),
  },
  {
    name: 'a web socket that introduces itself twice',
    expected: /4429/,
    run: (t) =>
      flood(t, 1, (socket) => {
        socket.send('{"type":"connection_init"}')
        socket.send('{"type":"connection_init"}')
      }),
  },
  {
    name: 'a web socket with broken frames',
    expected: /closed/,
    run: (t) =>
      flood(t, 1, (socket) =>
        (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
          Buffer.from([0xff, 0xff, 0xff, 0xff]),
        ),
      ),
  },
]

async function requestIds({ address }: Target, ids: readonly string[]): Promise<string> {
  for (const given of ids) {
    const response = await fetch(`${address}/healthz`, { headers: { 'x-request-id': given } })
    if (!/^[0-9a-f-]{36}$/.test(response.headers.get('x-request-id') ?? '')) return `${given} came back`
  }
  return '200 OK'
}
