/**
 * Calls `work` with at most `size` items at a time, one call after the other: parameters stay small, memory bounded.
 */
export async function inChunks<Item>(
  items: readonly Item[],
  size: number,
  work: (chunk: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) await work(items.slice(start, start + size))
}
