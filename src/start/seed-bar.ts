import process from 'node:process'
import { Presets, SingleBar } from 'cli-progress'

/** A progress bar that appears with the first progress. */
export interface SeedBar {
  show(done: number, total: number, name: string): void
  close(): void
}

/** Opens a bar on standard error; where that is no terminal, nothing is shown. */
export function openSeedBar(): SeedBar {
  let bar: SingleBar | null = null
  return {
    show(done, total, name) {
      if (!process.stderr.isTTY) return
      if (!bar) {
        bar = new SingleBar(
          { format: 'importing shipped data [{bar}] {value}/{total} {name}', clearOnComplete: true },
          Presets.legacy,
        )
        bar.start(total, done, { name })
      }
      bar.update(done, { name })
    },
    close() {
      bar?.stop()
    },
  }
}
