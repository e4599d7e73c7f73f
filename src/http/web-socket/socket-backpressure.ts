import type { MemoryQuota } from '../requests/memory-quota.js'

/** The part of a web socket that is used here. */
export interface BufferedSocket {
  readonly bufferedAmount: number
  send(data: string, done?: (error?: Error) => void): void
  on(event: 'message' | 'ping', listener: () => void): unknown
  terminate(): void
}

/**
 * Counts the bytes that were sent to a web socket and that its client has not read. The socket is closed if its address
 * uses too much memory: each message and each ping may cause an answer, whether or not the client reads. A message that
 * could not be sent is not a failure, because its client is gone.
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
    if (quota.isFull(client) || socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate()
  }
  socket.on('message', cutOff)
  socket.on('ping', cutOff)
}

/** Only the socket counts pongs. No answer is as long as this. */
const MAX_UNREAD_BYTES = 2 ** 28
