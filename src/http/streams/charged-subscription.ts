import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql'

/**
 * Subscribes as graphql-js does, and charges each event except the first, which the operation itself was charged for. If
 * `chargeEvent` throws, the stream sends the error and ends. `limitEvent` may replace an event before it is sent.
 */
export async function subscribeCharged(
  args: ExecutionArgs,
  chargeEvent: () => Promise<void>,
  limitEvent: (event: ExecutionResult) => ExecutionResult,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  const events = source[Symbol.asyncIterator]()
  let count = 0
  // Not a generator, because the `return` of a generator waits for the next event.
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
        if (count++ > 0) await chargeEvent()
      } catch (error) {
        isSpent = true
        return { done: false, value: { errors: [new GraphQLError(String(error), { originalError: error as Error })] } }
      }
      return { done: false, value: limitEvent(await execute({ ...args, rootValue: value })) }
    },
  }
  return stream
}
