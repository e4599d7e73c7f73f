import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One request, sent again and again. */
export interface RateRequest {
  readonly path: string
  readonly body: string
}

export interface RateResult {
  /** Answers a second, from the first request that was due to the last answer. */
  readonly achieved: number
  /** Milliseconds from when each request was due until its whole answer was there, sorted. */
  readonly latencies: readonly number[]
}

/** More requests that wait for an answer at the same time wait for a connection, and their time counts. */
const CONNECTIONS = 64
/** Answers that come later than this after the last request count as missing. */
const PATIENCE_MILLISECONDS = 10_000

/** All of them are used in turn: the server closes those that stay silent. */
interface Connection {
  readonly socket: Socket
  dueAt: number
  received: string
}

/**
 * Sends requests at a constant rate, whether answers come or not, so that a slow answer does not delay what is asked after it. Writes
 * to sockets itself, because a client takes more of the processor than the server does. Throws if an answer has another
 * status than 200, or none comes.
 */
export async function askAtRate(
  port: number,
  request: RateRequest,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<RateResult> {
  const bytes = toBytes(request)
  const latencies: number[] = []
  const waiting: number[] = []
  const connections: Connection[] = []
  const idle: Connection[] = []
  const total = Math.round(rate * seconds)
  let finish: (error?: Error) => void = () => {}
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve())
  })

  const send = (connection: Connection, dueAt: number) => {
    connection.dueAt = dueAt
    connection.socket.write(bytes)
  }
  const receive = (connection: Connection, text: string) => {
    connection.received += text
    const answer = readAnswer(connection.received)
    if (!answer) return
    if (answer.status !== 200) finish(new Error(`${request.path}: expected status 200, got ${answer.status}`))
    connection.received = ''
    latencies.push(performance.now() - connection.dueAt)
    if (latencies.length === total) finish()
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else send(connection, next)
  }
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    await once(socket, 'connect')
    const connection = { socket, dueAt: 0, received: '' }
    socket.on('data', (text) => receive(connection, text as unknown as string)).on('error', finish)
    connections.push(connection)
    idle.push(connection)
  }

  const start = performance.now()
  let sent = 0
  const sendDue = () => {
    const now = performance.now()
    for (let dueAt = start + (sent * 1000) / rate; sent < total && dueAt <= now; dueAt = start + (sent * 1000) / rate) {
      sent++
      const connection = idle.shift()
      if (connection) send(connection, dueAt)
      else waiting.push(dueAt)
    }
  }
  const timer = setInterval(sendDue, 1)
  const late = setTimeout(
    () => finish(new Error(`${request.path}: expected ${total} answers, got ${latencies.length}`)),
    seconds * 1000 + PATIENCE_MILLISECONDS,
  )
  try {
    await finished
    return { achieved: (total * 1000) / (performance.now() - start), latencies: latencies.sort((a, b) => a - b) }
  } finally {
    clearInterval(timer)
    clearTimeout(late)
    for (const { socket } of connections) socket.destroy()
  }
}

function toBytes({ path, body }: RateRequest): Buffer {
  const headers = `host: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n${body}`)
}

/** The status of an answer that is complete; null before. One character of the text is one byte. */
function readAnswer(text: string): { readonly status: number } | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  if (length === undefined) throw new Error(`expected an answer with content-length, got ${text.slice(0, end)}`)
  return text.length >= end + 4 + Number(length) ? { status: Number(text.slice(9, 12)) } : null
}
