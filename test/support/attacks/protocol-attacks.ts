import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Attack, BODY, get, speak, type Target } from './attack-tools.js'

const GET = 'GET /healthz HTTP/1.1\r\nhost: a\r\n'
const POST = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`

/** HTTP that a proxy may let through, and connections that end in the middle of a request. */
export const PROTOCOL_ATTACKS: readonly Attack[] = [
  {
    name: 'HTTP/1.0, without a Host; HTTP/0.9; the preface of HTTP/2',
    expected: /^(200|400|closed)/,
    run: (t) =>
      inTurn(t, ['GET /healthz HTTP/1.0\r\n\r\n', 'GET /healthz\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']),
  },
  {
    name: '500 requests in one packet',
    expected: /^500 times 200$/,
    run: async (t) => {
      const answers = await speak(t, `${`${GET}\r\n`.repeat(499)}${GET}connection: close\r\n\r\n`)
      return `${answers.split(' ').length} times ${[...new Set(answers.split(' '))]}`
    },
  },
  {
    name: 'Expect: nonsense; Expect: 100-continue before 5 MB',
    expected: /^(417|400) ?.*(413|closed|417|100)/,
    run: (t) =>
      inTurn(t, [
        `${POST}expect: nonsense\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
        `${POST}expect: 100-continue\r\ncontent-length: 5000000\r\nconnection: close\r\n\r\n`,
      ]),
  },
  {
    name: 'lengths: -1, +5, 0x5, 5.0, 10^30, two that agree, none',
    expected: /^(400|413|415|closed)( (400|413|415|closed))*$/,
    run: (t) =>
      inTurn(
        t,
        ['-1', '+5', '0x5', '5.0', '1'.padEnd(31, '0'), '5\r\ncontent-length: 5', '5, 6'].map(
          (length) => `${POST}connection: close\r\ncontent-length: ${length}\r\n\r\nhello`,
        ),
      ),
  },
  {
    name: 'chunks: of length -1, 0x, 2^64; an extension of 1 MB; trailers; chunked twice, gzip',
    expected: /^(400|413|415|408|501|closed)( (400|413|415|408|501|closed))*$/,
    run: (t) =>
      inTurn(t, [
        ...['-1', '0x5', '10000000000000000', `5;${'x'.repeat(2 ** 20)}`].map(
          (size) => `${POST}connection: close\r\ntransfer-encoding: chunked\r\n\r\n${size}\r\nhello\r\n0\r\n\r\n`,
        ),
        `${POST}connection: close\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
        `${POST}connection: close\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
        `${POST}connection: close\r\ntransfer-encoding: xchunked\r\ncontent-length: 2\r\n\r\n{}`,
      ]),
  },
  {
    name: 'header lines that are folded, have NUL, no name, CR alone',
    expected: /^(400|closed)( (400|closed))*$/,
    run: (t) =>
      inTurn(
        t,
        [' x: folded', 'x: a\0b', ': no name', 'x: a\rb', 'x\n y'].map((line) => `${GET}a: b\r\n${line}\r\n\r\n`),
      ),
  },
  {
    name: 'Host with a user, a port of letters, spaces, 8 kB; two of them',
    expected: /^(200|400|closed)( (200|400|closed))*$/,
    run: (t) =>
      inTurn(
        t,
        ['u:p@a', 'a:b', 'a b', 'a'.repeat(8000), 'a\r\nhost: b'].map(
          (host) => `GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
        ),
      ),
  },
  {
    name: 'addresses: of another server, CONNECT, *, 15 kB, half an escape',
    expected: /^(2\d\d|4\d\d|closed)( (2\d\d|4\d\d|closed))*$/,
    run: (t) =>
      inTurn(
        t,
        [
          'GET http://evil.example/healthz',
          'CONNECT evil.example:443',
          'OPTIONS *',
          `GET /${'a'.repeat(15_000)}`,
          'GET /%E0%A4%A',
        ].map((line) => `${line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
      ),
  },
  {
    name: '200 clients that leave in the middle of an answer, 200 that close their half at once',
    expected: /^200 /,
    run: async (t) => {
      const request = `${POST}content-length: ${BODY.length}\r\n\r\n${BODY}`
      await Promise.all(Array.from({ length: 200 }, () => leave(t, request, 'reset')))
      await Promise.all(Array.from({ length: 200 }, () => leave(t, request, 'half')))
      return get(t, '/healthz')
    },
  },
  {
    name: '400 bodies of 1 MB that never end',
    expected: /^refused beyond \d+ MB$/,
    run: (t) => bodies(t, 400),
  },
]

async function inTurn(t: Target, requests: readonly string[]): Promise<string> {
  const answers: string[] = []
  for (const request of requests) answers.push(await speak(t, request))
  return answers.join(' ')
}

function leave({ address }: Target, request: string, how: 'reset' | 'half'): Promise<void> {
  const { hostname, port } = new URL(address)
  return new Promise((done) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
      socket.write(request)
      if (how === 'reset') setTimeout(() => socket.resetAndDestroy(), 5)
      else socket.end()
    })
    socket
      .resume()
      .on('error', () => {})
      .on('close', () => done())
    socket.on('end', () => socket.destroy())
    setTimeout(() => socket.destroy(), 20_000).unref()
  })
}

async function bodies({ address }: Target, count: number): Promise<string> {
  const { hostname, port } = new URL(address)
  let refused = 0
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${POST}content-length: 1048576\r\n\r\n`)
    })
    socket.setEncoding('latin1').on('error', () => {})
    socket.once('data', (text) => {
      if (String(text).includes(' 429 ')) refused++
    })
    return socket
  })
  for (let i = 0; i < 200 && refused < count - 70; i++) await sleep(50)
  for (const socket of sockets) socket.destroy()
  // Their memory counts until the server knows that they are gone.
  await sleep(500)
  return refused === 0 ? 'all were taken' : `refused beyond ${count - refused} MB`
}
