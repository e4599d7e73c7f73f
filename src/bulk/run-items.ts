import { type ChildProcess, fork, type StdioOptions } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BulkAnswer, BulkItem } from './bulk-item.js'

export interface RunItemsOptions {
  readonly processes: number
  readonly backend: string
  /** Stops the work: processes are killed, and their current items are not done. */
  readonly signal?: AbortSignal
  /** Called once for each item when it ends. */
  onAnswer(item: BulkItem, answer: BulkAnswer): void
}

/** Does the items in child processes, in order. An item whose process dies is tried once more in another process. */
export async function runItems(items: readonly BulkItem[], options: RunItemsOptions): Promise<void> {
  const waiting = [...items].reverse()
  // One listener per process is not a leak, even with many cores.
  if (options.signal) setMaxListeners(0, options.signal)
  const lanes = Array.from({ length: Math.min(options.processes, items.length) }, () => runLane(waiting, options))
  await Promise.all(lanes)
}

const STDIO: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc']
const PROCESS_FILE = fileURLToPath(new URL('./bulk-process.js', import.meta.url))

async function runLane(waiting: BulkItem[], { backend, signal, onAnswer }: RunItemsOptions): Promise<void> {
  const lane: { child: ChildProcess | null } = { child: null }
  const kill = () => lane.child?.kill('SIGKILL')
  signal?.addEventListener('abort', kill)
  try {
    for (let item = waiting.pop(); item && !signal?.aborted; item = waiting.pop()) {
      let answer: BulkAnswer | null = null
      for (let attempt = 1; attempt <= 2 && !answer && !signal?.aborted; attempt++) {
        if (!lane.child?.connected) lane.child = fork(PROCESS_FILE, [backend], { stdio: STDIO })
        answer = await ask(lane.child, item)
      }
      if (!signal?.aborted) onAnswer(item, answer ?? { failure: 'its process died twice' })
    }
  } finally {
    signal?.removeEventListener('abort', kill)
    if (lane.child?.connected) lane.child.disconnect()
  }
}

/** Null if the process ends without an answer. */
function ask(child: ChildProcess, item: BulkItem): Promise<BulkAnswer | null> {
  return new Promise((done) => {
    const finish = (answer: BulkAnswer | null) => {
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd)
      done(answer)
    }
    const onMessage = (answer: unknown) => finish(answer as BulkAnswer)
    const onEnd = () => finish(null)
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd)
    child.send(item, (error) => error && finish(null))
  })
}
