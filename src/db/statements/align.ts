/** Puts rows in the order of their keys; null if a key has none. */
export function inOrder<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key | null,
): (Row | null)[] {
  const found = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => found.get(key) ?? null)
}

/** The rows of each key, in their original order; empty if a key has none. */
export function grouped<Row>(keys: readonly number[], rows: readonly Row[], keyOf: (row: Row) => number): Row[][] {
  const groups = new Map<number, Row[]>(keys.map((key) => [key, []]))
  for (const row of rows) groups.get(keyOf(row))?.push(row)
  return keys.map((key) => groups.get(key) ?? [])
}

/** Puts rows in the order of their keys, by their position in `unnest`; null if a key has none. */
export function byPosition<Row>(
  keys: readonly unknown[],
  rows: readonly (Row & { readonly position: string })[],
): (Omit<Row, 'position'> | null)[] {
  const found: (Omit<Row, 'position'> | null)[] = keys.map(() => null)
  for (const { position, ...row } of rows) found[Number(position) - 1] = row
  return found
}
