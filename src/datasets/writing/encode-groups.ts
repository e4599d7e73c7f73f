import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'

/**
 * The bytes of a file whose row groups a thread encodes: it answers each message with bytes, and null with the end of the
 * file. The thread is terminated at the end.
 */
export async function* encodeGroups(
  thread: Worker,
  groups: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    let encoding: Promise<Uint8Array> | null = null
    for await (const group of groups) {
      if (encoding) yield await encoding
      encoding = encode(thread, group)
      // One group is encoded while the next one is read. The next `await encoding` throws the error of a failure.
      encoding.catch(() => {})
    }
    if (encoding) yield await encoding
    yield await encode(thread, null)
  } finally {
    await thread.terminate()
  }
}

/** The bytes of a row group, or of the end of the file. */
async function encode(thread: Worker, group: readonly unknown[] | null): Promise<Uint8Array> {
  thread.postMessage(group)
  const [bytes] = await once(thread, 'message')
  return bytes
}
