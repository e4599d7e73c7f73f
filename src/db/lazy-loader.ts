import DataLoader from 'dataloader'

/** What readers need of a loader. */
type Loader<Key, Value> = Pick<DataLoader<Key, Value, unknown>, 'load' | 'loadMany'>

/** A loader that is made when it is first asked: a request knows dozens of loaders, and asks one or two. */
export function createLazyLoader<Key, Value>(
  fetch: (keys: readonly Key[]) => Promise<Value[]>,
  toCacheKey?: (key: Key) => unknown,
): Loader<Key, Value> {
  let made: DataLoader<Key, Value, unknown> | undefined
  const loader = () => {
    made ??= new DataLoader<Key, Value, unknown>(fetch, { cacheKeyFn: toCacheKey })
    return made
  }
  return { load: (key) => loader().load(key), loadMany: (keys) => loader().loadMany(keys) }
}
