import { Presets, SingleBar } from 'cli-progress'

/** A bar for the reading of a file; where standard error is no terminal, nothing is shown. */
export interface ImportBar {
  /** Bytes of the file that are read, rows that are read. */
  show(bytes: number, rows: number): void
  close(): void
}

/** Opens the bar for a file of `size` bytes: share, rows, MB/s and the time left. */
export function openImportBar(size: number): ImportBar {
  const format = '[{bar}] {percentage}%  {rows} rows  {speed} MB/s  {eta_formatted} left'
  // Without a terminal (noTTYOutput is off) the bar shows nothing.
  const bar = new SingleBar({ format, clearOnComplete: true, etaBuffer: 200 }, Presets.legacy)
  const started = performance.now()
  bar.start(size, 0, { rows: 0, speed: '0.0' })
  return {
    show(bytes, rows) {
      const seconds = (performance.now() - started) / 1000
      bar.update(bytes, { rows, speed: (bytes / 1e6 / seconds).toFixed(1) })
    },
    close: () => bar.stop(),
  }
}
