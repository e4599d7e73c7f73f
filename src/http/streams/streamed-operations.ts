import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Context } from '../../graphql/context.js'
import { toActbenchError } from '../../graphql/format-error.js'
import { requireLiveKey } from '../../services/access/api-keys.js'
import type { Budget } from '../../services/access/budget.js'
import { chargeOperation } from '../graphql/operation-charges.js'
import type { OperationRequest } from '../graphql/operation-request.js'
import type { OperationSteps } from '../graphql/operation-steps.js'
import { subscribeCharged } from './charged-subscription.js'
import { onStreamEnd } from './observed-stream.js'

/** An operation whose results are sent over a web socket or as server-sent events. */
export interface StreamedOperation extends OperationRequest {
  /** Gives back the memory that its message and its document use; more calls do nothing. */
  free(): void
}

/** The context of such an operation. */
export interface StreamContext extends Context {
  readonly operation: StreamedOperation
}

/** Executes operations whose results are a stream: the steps from the execution on. */
export function createStreamedOperations(
  steps: OperationSteps,
  budget: Budget,
  openSubscriptions: { inc(): void; dec(): void },
) {
  /** Ends an operation with its first error. */
  function finish(operation: StreamedOperation, error?: GraphQLFormattedError | Error): void {
    steps.settle(operation)
    steps.record(operation, error ? readCode(error) : 'OK')
    operation.free()
  }

  function limit(operation: StreamedOperation, result: ExecutionResult): ExecutionResult {
    const tooLarge = steps.refuseLargeAnswer(operation, result)
    return tooLarge ? { errors: [new GraphQLError(tooLarge.message, { originalError: tooLarge })] } : result
  }

  return {
    finish,

    async execute(args: ExecutionArgs): Promise<ExecutionResult> {
      const { operation } = args.contextValue as StreamContext
      try {
        const executed = await operation.span.run(async () => execute(args))
        steps.refund(operation, executed)
        const result = limit(operation, executed)
        finish(operation, result.errors?.[0])
        return result
      } catch (error) {
        finish(operation, error as Error)
        throw error
      }
    },

    /** A subscription takes a turn while it starts. Then it only waits for changes, so that others get its turn. */
    async subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
      const { operation, database } = args.contextValue as StreamContext
      try {
        const cost = operation.spending?.cost ?? 0
        const admitEvent = async (isFirst: boolean) => {
          // The key may have been revoked since the last event.
          if (operation.viewer) await requireLiveKey(database, operation.viewer)
          if (!isFirst) await chargeOperation(budget, operation, cost)
        }
        const result = await operation.span.run(() =>
          subscribeCharged(args, admitEvent, (event) => limit(operation, event)),
        )
        if (!(Symbol.asyncIterator in result)) {
          finish(operation, result.errors?.[0])
          return result
        }
        steps.settle(operation)
        steps.record(operation, 'OK')
        openSubscriptions.inc()
        return onStreamEnd(result, () => {
          openSubscriptions.dec()
          operation.free()
        })
      } catch (error) {
        finish(operation, error as Error)
        throw error
      }
    },
  }
}

/** The code of an error, which may be written for clients already. */
function readCode(error: GraphQLFormattedError | Error): string {
  const code = error instanceof Error ? undefined : (error.extensions?.code as string | undefined)
  return code ?? toActbenchError(error)?.code ?? 'INTERNAL_SERVER_ERROR'
}
