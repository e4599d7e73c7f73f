/** How many names anonymous clients, and clients with a key, may add to the metrics. */
const MAX_ANONYMOUS_NAMES = 50
const MAX_KNOWN_NAMES = 150
const NAME = /^\w{1,50}$/

/**
 * Creates a function that returns the label of an operation in the metrics. Clients choose the names of their operations,
 * so a server keeps the first names that it sees and labels all others `other`. No client can increase the number of series
 * without limit, and anonymous clients cannot use up the names of clients with keys. An operation without a name is
 * `anonymous`.
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
