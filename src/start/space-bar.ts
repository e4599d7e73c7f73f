import { Presets, SingleBar } from 'cli-progress'

/** A bar for the adding of a search space; where standard error is no terminal, nothing is shown. */
export interface SpaceBar {
  /** Expressions that are done, functions that were new. */
  show(done: number, activations: number): void
  close(): void
}

/** Opens the bar for a schema of `size` expressions: share, functions added, expressions a second and the time left. */
export function openSpaceBar(schema: string, size: number): SpaceBar {
  const format = `${schema} [{bar}] {percentage}%  {value}/{total}  {activations} new functions  {speed}/s  {eta_formatted} left`
  // Without a terminal (noTTYOutput is off) the bar shows nothing.
  const bar = new SingleBar({ format, clearOnComplete: true, etaBuffer: 200 }, Presets.legacy)
  const started = performance.now()
  let first: number | null = null
  bar.start(size, 0, { activations: 0, speed: 0 })
  return {
    show(done, activations) {
      first ??= done
      const seconds = (performance.now() - started) / 1000
      bar.update(done, { activations, speed: Math.round((done - first) / seconds) })
    },
    close: () => bar.stop(),
  }
}
