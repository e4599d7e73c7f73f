import type { GraphQLFormattedError } from 'graphql'
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, execute, getOperationAST } from 'graphql'
import type { Context } from '../../graphql/context.js'
import { toActbenchError } from '../../graphql/format-error.js'
import { refuseLargeAnswer } from '../../operation-limits/find-large-answer.js'
import type { Viewer } from '../../services/access/viewer.js'
import type { NotedOperation, RequestGate } from '../requests/request-gate.js'
import { subscribeCharged } from './charged-subscription.js'

/** An operation that came over a web socket. */
export interface SocketOperation {
  readonly requestId: string
  readonly viewer: Viewer | null
  /** Waits for its turn; throws as `RequestGate.admit`. */
  admit(address: string, authorization: unknown): Promise<void>
  /** Keeps what counts its message as held until it is over: a subscription, once its stream has ended. */
  keep(release: () => void): void
  /** Says what it is. */
  read(operation: { document: DocumentNode; operationName?: string | null }): void
  /** Notes how it ended, with its first error, and lets the next one in; only the first call counts. */
  finish(error?: GraphQLFormattedError | Error): void
  /** The same of a subscription that goes on: returns what ends it. */
  goOn(): () => void
}

/** Runs the operations of web sockets under the same gate as those over HTTP. */
export function createSocketOperations(gate: RequestGate) {
  return {
    start: (requestId: string) => startOperation(gate, requestId),

    async execute(args: ExecutionArgs): Promise<ExecutionResult> {
      const { started } = args.contextValue as { started: SocketOperation }
      try {
        const result = refuseLargeAnswer(args.contextValue as Context, await execute(args))
        started.finish(result.errors?.[0])
        return result
      } catch (error) {
        started.finish(error as Error)
        throw error
      }
    },

    /** A subscription takes a turn while it begins; afterwards it only waits for changes. */
    async subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
      const { started } = args.contextValue as { started: SocketOperation }
      try {
        const result = await subscribeCharged(args)
        if (Symbol.asyncIterator in result) return countOpen(result, gate.metrics.openSubscriptions, started.goOn())
        started.finish(result.errors?.[0])
        return result
      } catch (error) {
        started.finish(error as Error)
        throw error
      }
    },
  }
}

function startOperation(gate: RequestGate, requestId: string): SocketOperation {
  const startedAt = performance.now()
  let what: Pick<NotedOperation, 'name' | 'type'> = { name: null, type: 'none' }
  let viewer: Viewer | null = null
  let release = () => {}
  let isOver = false
  const kept: (() => void)[] = []
  const letGo = () => {
    for (const each of kept) each()
  }
  const finish = (error?: GraphQLFormattedError | Error) => {
    if (isOver) return
    isOver = true
    release()
    const code = error && (readCode(error) ?? toActbenchError(error)?.code ?? 'INTERNAL_SERVER_ERROR')
    gate.note({ requestId, transport: 'ws', viewer, startedAt, code: code ?? 'OK', ...what })
  }
  return {
    requestId,
    get viewer() {
      return viewer
    },
    async admit(address, authorization) {
      const admitted = await gate.admit(address, authorization)
      viewer = admitted.viewer
      release = admitted.release
    },
    keep(letOneGo) {
      kept.push(letOneGo)
    },
    read({ document, operationName }) {
      const operation = getOperationAST(document, operationName)
      what = { name: operation?.name?.value, type: operation?.operation ?? 'none' }
    },
    finish(error) {
      finish(error)
      letGo()
    },
    goOn() {
      finish()
      return letGo
    },
  }
}

/** The code of an error that is formatted for clients already. */
function readCode(error: GraphQLFormattedError | Error): string | undefined {
  return error instanceof Error ? undefined : (error.extensions?.code as string | undefined)
}

function countOpen<Item>(
  stream: AsyncIterableIterator<Item>,
  gauge: { inc(): void; dec(): void },
  onEnd: () => void,
): AsyncIterableIterator<Item> {
  let isOpen = true
  gauge.inc()
  const close = () => {
    if (isOpen) gauge.dec()
    isOpen = false
    onEnd()
  }
  const iterator = {
    async next() {
      try {
        const next = await stream.next()
        if (next.done) close()
        return next
      } catch (error) {
        close()
        throw error
      }
    },
    async return() {
      close()
      return stream.return?.()
    },
    async throw(error: unknown) {
      close()
      return stream.throw?.(error)
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator as AsyncIterableIterator<Item>
}
