import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql'
import type { Context } from '../../graphql/context.js'
import { charge } from '../../operation-limits/admit-operation.js'
import { refuseLargeAnswer } from '../../operation-limits/find-large-answer.js'

/**
 * Subscribes as graphql-js does, and charges each event but the first, which the operation itself was charged for. The
 * stream ends with RATE_LIMITED where the client's budget is spent.
 */
export async function subscribeCharged(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const context = args.contextValue as Context
  const cost = context.spending?.cost ?? 0
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  const events = source[Symbol.asyncIterator]()
  let count = 0
  // No generator: its `return` would wait for the next event.
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    await events.return?.()
    return { done: true, value: undefined }
  }
  let isSpent = false
  const stream: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => stream,
    return: end,
    async next() {
      if (isSpent) return end()
      const { value, done } = await events.next()
      if (done) return { done, value: undefined }
      try {
        if (count++ > 0) await charge(context, cost)
      } catch (error) {
        isSpent = true
        return { done: false, value: { errors: [new GraphQLError(String(error), { originalError: error as Error })] } }
      }
      return { done: false, value: refuseLargeAnswer(context, await execute({ ...args, rootValue: value })) }
    },
  }
  return stream
}
