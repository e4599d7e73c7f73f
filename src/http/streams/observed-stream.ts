/** The same stream; calls `onEnd` once it has ended, by itself, by an error, or because nobody wants more of it. */
export function onStreamEnd<Item>(stream: AsyncIterableIterator<Item>, onEnd: () => void): AsyncIterableIterator<Item> {
  let isOpen = true
  const end = () => {
    if (isOpen) onEnd()
    isOpen = false
  }
  const observed: AsyncIterableIterator<Item> = {
    async next() {
      try {
        const next = await stream.next()
        if (next.done) end()
        return next
      } catch (error) {
        end()
        throw error
      }
    },
    async return() {
      end()
      return (await stream.return?.()) as IteratorResult<Item>
    },
    async throw(error: unknown) {
      end()
      return (await stream.throw?.(error)) as IteratorResult<Item>
    },
    [Symbol.asyncIterator]: () => observed,
  }
  return observed
}
