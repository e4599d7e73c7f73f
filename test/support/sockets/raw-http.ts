import { connect } from 'node:net'

/** Sends bytes as they are and returns everything that the server sends until it closes the connection. */
export function sendRaw(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((done) => {
    const client = connect(Number(port), hostname, () => client.write(bytes))
    let answer = ''
    client.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    client.on('error', () => {}).on('close', () => done(answer))
  })
}

/** The head of a request to this path, without a body unless `body` is given. */
export function writeRequest(
  path: string,
  { body = '', headers = {}, method }: { body?: string; headers?: Record<string, string>; method?: string } = {},
): string {
  const all: Record<string, string> = {
    host: 'a',
    ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method ?? (body ? 'POST' : 'GET')} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** The status of each answer in what a server sent, in their order. */
export function readStatuses(answers: string): number[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}
