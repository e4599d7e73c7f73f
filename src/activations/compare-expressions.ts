/**
 * Orders expressions so that the representative of a class comes first: shorter texts first, ties by code unit, which is
 * the same in every locale and equals the database collation "C".
 */
export function compareExpressions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/** The representative of a class of canonical texts; the list must not be empty. */
export function chooseRepresentative(texts: Iterable<string>): string {
  let best: string | undefined
  for (const text of texts) if (best === undefined || compareExpressions(text, best) < 0) best = text
  if (best === undefined) throw new Error('texts: the list is empty; expected at least one expression')
  return best
}
