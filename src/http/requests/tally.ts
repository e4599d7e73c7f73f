/** Amounts by name, such as the open connections of each address. A name whose amount is 0 takes no memory. */
export interface Tally {
  readonly total: number
  of(name: string): number
  /** Adds an amount and returns a function that takes it away again; more calls of that function do nothing. */
  add(name: string, amount?: number): () => void
}

export function createTally(): Tally {
  const amounts = new Map<string, number>()
  let total = 0
  const change = (name: string, amount: number) => {
    total += amount
    const next = (amounts.get(name) ?? 0) + amount
    if (next > 0) amounts.set(name, next)
    else amounts.delete(name)
  }
  return {
    get total() {
      return total
    },
    of: (name) => amounts.get(name) ?? 0,
    add(name, amount = 1) {
      change(name, amount)
      let isCounted = true
      return () => {
        if (isCounted) change(name, -amount)
        isCounted = false
      }
    },
  }
}
