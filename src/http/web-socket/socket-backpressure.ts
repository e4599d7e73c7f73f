import type { MemoryQuota } from '../requests/memory-quota.js'

/** What is used of a web socket. */
export interface BufferedSocket {
  readonly bufferedAmount: number
  send(data: string, done?: (error?: Error) => void): void
  on(event: 'message' | 'ping', listener: () => void): unknown
  terminate(): void
}

/**
 * Counts what a web socket was sent and has not read, and cuts it off where its address keeps too much: each message and
 * each ping may make an answer, whether or not anybody reads. A message that could not be sent is no failure: who did not
 * wait for it is gone.
 */
export function limitSocketBuffer(socket: BufferedSocket, quota: MemoryQuota, client: string): void {
  const send = socket.send.bind(socket)
  socket.send = (data, done) => {
    const release = quota.reserve(client, data.length)
    send(data, () => {
      release()
      done?.()
    })
  }
  const cutOff = () => {
    if (quota.isFull(client) || socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate()
  }
  socket.on('message', cutOff)
  socket.on('ping', cutOff)
}

/** Pongs are counted by the socket alone; no answer is so long. */
const MOST_UNREAD_BYTES = 2 ** 28
