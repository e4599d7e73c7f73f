import { connect } from 'node:net'
import WebSocket from 'ws'

/** An attack on a running server, with the answer that the server must give. */
export interface Attack {
  readonly name: string
  /** The answer in a few words, such as `400 BAD_REQUEST`. */
  run(target: Target): Promise<string>
  readonly expected: RegExp
}

export interface Target {
  readonly address: string
  /** A key with all scopes except ADMIN. */
  readonly secret: string
  /** Objects of another key: the name of a dataset, and ids of rows. */
  readonly strange: {
    readonly dataset: string
    readonly job: number
    readonly search: number
    readonly suggestion: number
  }
}

export const json = { 'content-type': 'application/json' }

export async function post(
  { address }: Target,
  body: string | Uint8Array,
  headers: Record<string, string> = json,
): Promise<string> {
  return describe(await fetch(`${address}/graphql`, { method: 'POST', body: body as BodyInit, headers }))
}

export const ask = (target: Target, query: string, variables: unknown = {}) =>
  post(target, JSON.stringify({ query, variables }))

export async function get({ address }: Target, path: string, headers: Record<string, string> = {}): Promise<string> {
  return describe(await fetch(address + path, { headers }))
}

async function describe(response: Response): Promise<string> {
  return `${response.status} ${summarise(await response.text())}`
}

function summarise(text: string): string {
  try {
    const { errors } = JSON.parse(text)
    return errors ? errors[0].extensions.code : 'OK'
  } catch {
    return text.slice(0, 40)
  }
}

/** Sends bytes as they are, then `more` repeatedly, and returns the first line of each answer. */
export function speak(
  { address }: Target,
  bytes: string,
  more?: { text: string; milliseconds: number },
): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((done) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let heard = ''
    const timer = more && setInterval(() => socket.write(more.text), more.milliseconds)
    const limit = setTimeout(() => socket.destroy(), 30_000)
    socket.setEncoding('utf8').on('data', (text) => (heard += text))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(timer)
      clearTimeout(limit)
      const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
      done(statuses.length > 0 ? statuses.join(' ') : 'closed')
    })
  })
}

/** Opens web sockets, acts on each, and counts how they ended. */
export async function flood({ address }: Target, count: number, act: (socket: WebSocket) => void): Promise<string> {
  const ends = await Promise.all(
    Array.from({ length: count }, () => {
      const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws')
      return new Promise<string>((done) => {
        const end = (how: string) => {
          clearTimeout(timer)
          socket.terminate()
          done(how)
        }
        const timer = setTimeout(() => end('open'), 12_000)
        socket.on('unexpected-response', (_request, response) => end(String(response.statusCode)))
        socket.on('error', () => {})
        socket.on('close', (code) => end(`closed ${code}`))
        socket.on('open', () => act(socket))
      })
    }),
  )
  const counts = new Map<string, number>()
  for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1)
  return [...counts].map(([end, times]) => `${times} x ${end}`).join(', ')
}

export async function everyOf<Item>(items: readonly Item[], attempt: (item: Item) => Promise<string>): Promise<string> {
  const answers = new Set<string>()
  for (const item of items) answers.add(await attempt(item))
  return answers.size === 1 ? [...answers][0] : ([...answers].sort().at(0) ?? '')
}

/** The worst answer counts, which is the one with the highest status. */
export async function lastOf(answers: readonly Promise<string>[]): Promise<string> {
  return (await Promise.all(answers)).sort().at(-1) ?? ''
}

export const BODY = '{"query":"{ service { name } }"}'
