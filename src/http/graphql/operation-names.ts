/** Names that anonymous clients, and those with a key, may add to the metrics. */
const MAX_ANONYMOUS_NAMES = 50
const MAX_KNOWN_NAMES = 150
const NAME = /^\w{1,50}$/

/**
 * The label of an operation in the metrics. Clients choose the names of their operations, so a server keeps the first
 * ones that it meets and calls all others `other`: no client can make the number of series grow, and what anonymous
 * clients invent takes no place away from the holders of keys. An operation without a name is `anonymous`.
 */
export function createOperationNames(): (name: string | null | undefined, hasKey: boolean) => string {
  const known = new Set<string>()
  const anonymous = new Set<string>()
  return (name, hasKey) => {
    if (!name) return 'anonymous'
    if (known.has(name) || anonymous.has(name)) return name
    const names = hasKey ? known : anonymous
    if (!NAME.test(name) || names.size >= (hasKey ? MAX_KNOWN_NAMES : MAX_ANONYMOUS_NAMES)) return 'other'
    names.add(name)
    return name
  }
}
