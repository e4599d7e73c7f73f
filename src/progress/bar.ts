import { Presets, SingleBar } from 'cli-progress'

/** A progress bar on standard error. It shows nothing if standard error is not a terminal. */
export interface Bar<Fields> {
  /** Shows the share, and the fields that the bar's format names. The first call opens the bar. */
  show(done: number, total: number, fields: Fields): void
  close(): void
}

/** Makes a bar. The format has `{bar}`, `{value}`, `{total}`, `{percentage}`, `{eta_formatted}` and names of fields. */
export function createBar<Fields extends object>(format: string): Bar<Fields> {
  const bar = new SingleBar({ format, clearOnComplete: true, etaBuffer: 200 }, Presets.legacy)
  let isOpen = false
  return {
    show(done, total, fields) {
      if (isOpen) bar.update(done, fields)
      else bar.start(total, done, fields)
      isOpen = true
    },
    close: () => bar.stop(),
  }
}
