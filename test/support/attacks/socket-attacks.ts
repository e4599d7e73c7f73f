import type { Socket } from 'node:net'
import WebSocket from 'ws'
import { type Attack, flood, speak, type Target } from './attack-tools.js'

type Inner = WebSocket & { readonly _socket: Socket }

/** Web sockets that send too much or read too little, and invalid frames. */
export const SOCKET_ATTACKS: readonly Attack[] = [
  {
    name: 'a web socket of another protocol',
    expected: /^(closed|400)/,
    run: (t) => converse(t, () => {}, 'graphql-ws'),
  },
  {
    name: 'the same id twice at once',
    expected: /^closed 4409$/,
    run: (t) =>
      converse(t, (socket) => {
        for (let i = 0; i < 2; i++) socket.send(subscribe('1', SUBSCRIPTION))
      }),
  },
  {
    name: '1,000 subscriptions on a web socket',
    expected: /^QUERY_TOO_COMPLEX$/,
    run: (t) =>
      converse(t, (socket) => {
        for (let i = 0; i < 1000; i++) socket.send(subscribe(String(i), SUBSCRIPTION))
      }),
  },
  {
    name: 'a mutation and a subscription by web socket without a key, a mutation with a wrong one',
    expected: /^UNAUTHENTICATED$/,
    run: async (t) => {
      const mutation = subscribe('1', 'mutation { deleteDataset(name: "mini-cnn") { name } }')
      const without = await converse(t, (socket) => socket.send(mutation))
      const payload = { authorization: 'Bearer abk_wrong' }
      const wrong = await converse(t, (socket) => socket.send(mutation), undefined, payload)
      return without === wrong || /RATE_LIMITED/.test(wrong) ? without : wrong
    },
  },
  {
    name: 'an introduction with __proto__, 10,000 keys, 900 kB',
    expected: /^OK$/,
    run: async (t) => {
      const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]))
      for (const payload of [JSON.parse('{"__proto__":{"authorization":"x"}}'), keys, { k: 'x'.repeat(900_000) }]) {
        const answer = await converse(
          t,
          (socket) => socket.send(subscribe('1', '{ service { name } }')),
          undefined,
          payload,
        )
        if (answer !== 'OK') return answer
      }
      return 'OK'
    },
  },
  {
    name: 'messages that are lists, numbers, null, of unknown type, without an id, with an id of 900 kB',
    expected: /^(?!.*open).*44\d\d/,
    run: async (t) => {
      const messages = ['[]', '7', 'null', '{"type":"nothing"}', '{"type":"subscribe"}', '{"type":"subscribe","id":""}']
      const ends = await Promise.all(messages.map((message) => flood(t, 1, (socket) => socket.send(message))))
      return ends.join(', ')
    },
  },
  {
    name: 'a message in 10,000 frames, a binary one',
    expected: /^OK$/,
    run: async (t) => {
      const text = subscribe('1', '{ service { name } }')
      const pieces = await converse(t, (socket) => {
        for (let i = 0; i < 10_000; i++) socket.send(i === 0 ? text : ' ', { fin: i === 9999 })
      })
      const binary = await converse(t, (socket) => socket.send(Buffer.from(text)))
      return pieces === binary ? pieces : `${pieces}, ${binary}`
    },
  },
  {
    name: 'frames: compressed without permission, without a mask, a ping of 200 bytes, a close of one byte, 2^63 bytes',
    expected: /^(?!.*open).*closed/,
    run: async (t) => {
      const frames = ['c180', '8100', '89fe00c8', '888100000000aa', '81ff8000000000000000']
      const ends = await Promise.all(
        frames.map((frame) => flood(t, 1, (socket) => (socket as Inner)._socket.write(Buffer.from(frame, 'hex')))),
      )
      return ends.join(', ')
    },
  },
  {
    name: 'messages whose answers, 150 MB, are never read',
    expected: /^cut off$/,
    run: (t) => shout(t, (socket) => socket.send(`{"type":"ping","payload":{"a":"${'x'.repeat(900_000)}"}}`)),
  },
  {
    name: 'an upgrade to h2c, to nothing, without a key, of another version',
    expected: /^(400|404|426|closed|200)/,
    run: async (t) => {
      const head = 'GET /graphql/ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\n'
      const answers = []
      for (const rest of [
        'upgrade: h2c\r\n\r\n',
        'upgrade: websocket\r\n\r\n',
        'upgrade: websocket\r\nsec-websocket-version: 1\r\n\r\n',
      ])
        answers.push(await speak(t, head + rest))
      return answers.join(' ')
    },
  },
]

const SUBSCRIPTION = 'subscription { evaluations(dataset: "mini-cnn") { id } }'
const subscribe = (id: string, query: string) => JSON.stringify({ id, type: 'subscribe', payload: { query } })

/** The first answer after `connection_init`: the code of an error, OK, or the code of a close. */
function converse(
  { address }: Target,
  act: (socket: WebSocket) => void,
  protocol = 'graphql-transport-ws',
  payload: unknown = {},
): Promise<string> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, protocol)
  return new Promise<string>((done) => {
    const timer = setTimeout(() => done('nothing'), 20_000)
    socket.on('error', () => {})
    socket.on('unexpected-response', (_request, response) => done(String(response.statusCode)))
    socket.on('close', (code) => done(`closed ${code}`))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
    socket.on('message', (text) => {
      const message = JSON.parse(String(text))
      if (message.type === 'connection_ack') act(socket)
      else if (message.type === 'error') done(message.payload[0].extensions.code)
      else if (message.type === 'next') done('OK')
    })
    socket.on('close', () => clearTimeout(timer))
  }).finally(() => socket.terminate())
}

/** Sends until the server closes the connection, and reads nothing. */
function shout({ address }: Target, act: (socket: WebSocket) => void): Promise<string> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws') as Inner
  return new Promise<string>((done) => {
    let sent = 0
    socket.on('error', () => done('cut off'))
    socket.on('close', () => done('cut off'))
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    socket.once('message', () => {
      const connection = socket._socket
      connection.on('error', () => done('cut off'))
      connection.pause()
      const timer = setInterval(() => {
        if (connection.destroyed) {
          clearInterval(timer)
          done('cut off')
        } else if (sent >= 600) {
          clearInterval(timer)
          done('open')
        } else if (connection.writableLength < 2 ** 22) {
          for (let i = 0; i < 4; i++, sent++) act(socket)
        }
      }, 10)
    })
  }).finally(() => socket.terminate())
}
