import WebSocket from 'ws'
import { type Attack, everyOf, get, json, post, speak, type Target } from './attack-tools.js'

const SUBSCRIPTION = 'subscription { evaluations(dataset: "mini-cnn") { id } }'
const UPGRADE =
  'host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** Requests that a server would store, repeat or search for a long time, and side entrances. */
export const HOARDING_ATTACKS: readonly Attack[] = [
  {
    name: '170,000 comments in a document, which do not count as tokens',
    expected: /^400 GRAPHQL_PARSE_FAILED$/,
    run: (t) => post(t, JSON.stringify({ query: `{ __typename } ${'#\n'.repeat(170_000)}` })),
  },
  {
    name: '100 subscriptions over web sockets, a document of 900 kB each, which is kept as long as they are open',
    expected: /^RATE_LIMITED$/,
    run: hoard,
  },
  {
    name: '60 mistakes in a variable of 1 MB, which each message about one repeats',
    expected: /^400, less than 10 kB$/,
    run: async ({ address }) => {
      const filter = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i]))
      const variables = { f: { ...filter, contains: 'x'.repeat(1_000_000) } }
      const query = 'query ($f: ActivationFilter) { activations(filter: $f) { totalCount } }'
      const body = JSON.stringify({ query, variables })
      const send = () => fetch(`${address}/graphql`, { method: 'POST', headers: json, body })
      let answer = await send()
      // The memory of the previous attack is released when its connections end.
      for (let i = 0; i < 50 && answer.status === 429; i++) {
        await answer.text()
        await new Promise((done) => setTimeout(done, 200))
        answer = await send()
      }
      const { length } = await answer.text()
      return `${answer.status}, ${length < 10_000 ? 'less than 10 kB' : `${length} bytes`}`
    },
  },
  {
    name: 'a subscription over HTTP, by POST and by GET',
    expected: /^40[05] BAD_REQUEST$/,
    run: async (t) => {
      const posted = await post(t, JSON.stringify({ query: SUBSCRIPTION }))
      const got = await get(t, `/graphql?query=${encodeURIComponent(SUBSCRIPTION)}`)
      return /BAD_REQUEST/.test(got) ? posted : got
    },
  },
  {
    name: 'Accept-Encoding: gzip, 15,000 spaces and a letter',
    expected: /^as fast as any other$/,
    run: async (t) => {
      const look = (coding: string) =>
        timeOf(async () => {
          const head = `HEAD /export/${t.strange.dataset}.csv HTTP/1.1\r\nhost: a\r\nconnection: close\r\n`
          for (let i = 0; i < 10; i++) await speak(t, `${head}accept-encoding: ${coding}\r\n\r\n`)
        })
      const usual = await look('gzip')
      const long = await look(`gzip${' '.repeat(15_000)}x`)
      return long < 3 * usual + 1000 ? 'as fast as any other' : `${Math.round(long / usual)} times as slow`
    },
  },
  {
    name: 'the API under other spellings of its address: /%67raphql, /graphq%6c',
    expected: /^200 \*$/,
    run: ({ address }) =>
      everyOf(['/graphql', '/%67raphql', '/graphq%6c'], async (path) => {
        const answer = await fetch(`${address}${path}?query=%7B__typename%7D`)
        await answer.text()
        return `${answer.status} ${answer.headers.get('access-control-allow-origin')}`
      }),
  },
  {
    name: 'a WebSocket at a wrong address, followed by broken frames',
    expected: /^400$/,
    run: (t) =>
      everyOf(['/', '/graphql?query=%7B__typename%7D', '/healthz', '/metrics', '/export/mini-cnn.csv'], (path) =>
        speak(t, `GET ${path} HTTP/1.1\r\n${UPGRADE}\x88\x81\0\0\0\0\xaa`),
      ),
  },
]

async function timeOf(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}

/** The code of the first refused subscription, or the number of open ones. */
async function hoard({ address }: Target): Promise<string> {
  const sockets: WebSocket[] = []
  const open = () => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws')
    sockets.push(socket)
    return new Promise<string>((done) => {
      socket.on('error', () => {})
      socket.on('close', (code) => done(`closed ${code}`))
      socket.on('open', () => socket.send('{"type":"connection_init"}'))
      socket.on('message', (text) => {
        const { type, payload } = JSON.parse(String(text))
        if (type === 'error') done(payload[0].extensions.code)
        // The answer comes after all earlier answers.
        if (type === 'next') done('all are open')
        if (type !== 'connection_ack') return
        for (let i = 0; i < 49; i++) {
          const query = `${SUBSCRIPTION} # ${i} ${'x'.repeat(900_000)}`
          socket.send(JSON.stringify({ id: String(i), type: 'subscribe', payload: { query } }))
        }
        socket.send('{"id":"last","type":"subscribe","payload":{"query":"{ __typename }"}}')
      })
    })
  }
  try {
    const answers = await Promise.all([open(), open()])
    return answers.find((answer) => answer !== 'all are open') ?? answers[0]
  } finally {
    for (const socket of sockets) socket.terminate()
  }
}
