import { createBar } from './bar.js'

/** The progress of reading a file. */
export interface ImportProgress {
  /** Bytes and rows that were read. */
  show(bytes: number, rows: number): void
  close(): void
}

/** Shows a bar for a file of `size` bytes: share, rows, MB/s and the time left. */
export function openImportProgress(size: number): ImportProgress {
  const bar = createBar('[{bar}] {percentage}%  {rows} rows  {speed} MB/s  {eta_formatted} left')
  const started = performance.now()
  bar.show(0, size, { rows: 0, speed: '0.0' })
  return {
    show(bytes, rows) {
      const seconds = (performance.now() - started) / 1000
      bar.show(bytes, size, { rows, speed: (bytes / 1e6 / seconds).toFixed(1) })
    },
    close: bar.close,
  }
}
