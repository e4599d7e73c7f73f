/**
 * The datasets that trained on the same task, or all of them if none did. The functions that suit a task best differ more
 * between tasks than between networks (docs/decisions/0036-transfer.md).
 */
export function preferSameTask<T extends { readonly task: string }>(task: string, datasets: readonly T[]): T[] {
  const same = datasets.filter((dataset) => dataset.task === task)
  return same.length > 0 ? same : [...datasets]
}
