import { createBar } from './bar.js'

/** The progress of adding a search space. */
export interface SpaceProgress {
  /** Number of expressions done, and number of functions that were new. */
  show(done: number, activations: number): void
  close(): void
}

/** Shows a bar for a schema of `size` expressions: share, functions added, expressions per second and the time left. */
export function openSpaceProgress(schema: string, size: number): SpaceProgress {
  const bar = createBar(
    `${schema} [{bar}] {percentage}%  {value}/{total}  {activations} new functions  {speed}/s  {eta_formatted} left`,
  )
  const started = performance.now()
  let first: number | null = null
  bar.show(0, size, { activations: 0, speed: 0 })
  return {
    show(done, activations) {
      first ??= done
      const seconds = (performance.now() - started) / 1000
      bar.show(done, size, { activations, speed: Math.round((done - first) / seconds) })
    },
    close: bar.close,
  }
}
