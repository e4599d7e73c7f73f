import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql'

/**
 * Subscribes as graphql-js does. `admitEvent` is called before each event is sent, to charge it, except the first one, which
 * the operation itself was charged for. If it throws, or the source of the events does, the stream sends the error and ends.
 * `limitEvent` may replace an event before it is sent.
 */
export async function subscribeCharged(
  args: ExecutionArgs,
  admitEvent: (isFirst: boolean) => Promise<void>,
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
  let isOver = false
  const stream: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => stream,
    return: end,
    async next() {
      if (isOver) return end()
      try {
        const { value, done } = await events.next()
        if (done) return { done, value: undefined }
        await admitEvent(count++ === 0)
        return { done: false, value: limitEvent(await execute({ ...args, rootValue: value })) }
      } catch (error) {
        isOver = true
        return { done: false, value: { errors: [new GraphQLError(String(error), { originalError: error as Error })] } }
      }
    },
  }
  return stream
}
