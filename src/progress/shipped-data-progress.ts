import { createBar } from './bar.js'

/** The progress of importing the data that ship with the product. */
export interface ShippedDataProgress {
  /** `name` is the dataset that is imported now. */
  show(done: number, total: number, name: string): void
  close(): void
}

/** Shows a bar from the first call of `show`. If all data are imported already, no bar appears. */
export function openShippedDataProgress(): ShippedDataProgress {
  const bar = createBar('importing shipped data [{bar}] {value}/{total} {name}')
  return { show: (done, total, name) => bar.show(done, total, { name }), close: bar.close }
}
