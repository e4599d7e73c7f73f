import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Rows above and below the window that are drawn too, so that fast scrolling shows no gaps. */
const SPARE_ROWS = 6
/** Browsers cut higher elements off: Firefox at 17.9, Chrome at 33.5 million pixels. */
const HIGHEST = 15_000_000

export interface ScrollWindow {
  /** The first row to draw, and the one behind the last. */
  readonly from: number
  readonly to: number
  /** The heights of the rows above and below, in pixels. */
  readonly before: number
  readonly after: number
  /** Brings a row into view. */
  scrollTo(index: number): void
}

/**
 * The rows of a long table that are in the window of its scrolling box. All rows have the same height. In a table that is
 * higher than browsers allow, a pixel of the scrollbar stands for more than one of the rows.
 */
export function useScrollWindow(box: RefObject<HTMLElement | null>, rowHeight: number, count: number): ScrollWindow {
  const [[scrolled, height], setPlace] = useState([0, 600])
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const update = () => setPlace([element.scrollTop, element.clientHeight])
    const observer = new ResizeObserver(update)
    observer.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    update()
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', update)
    }
  }, [box])
  const whole = count * rowHeight
  const shown = Math.min(whole, HIGHEST)
  const ratio = shown > height ? (whole - height) / (shown - height) : 1
  const top = Math.min(scrolled * ratio, Math.max(0, whole - height))
  const from = Math.min(count, Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS))
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE_ROWS)
  // The row at the upper edge of the window is where the scrollbar says.
  const before = Math.max(0, from * rowHeight - top + Math.min(scrolled, Math.max(0, shown - height)))
  return {
    ...{ from, to, before },
    after: Math.max(0, shown - before - (to - from) * rowHeight),
    scrollTo(index) {
      const element = box.current
      if (element) element.scrollTop = Math.max(0, index * rowHeight - element.clientHeight / 3) / ratio
    },
  }
}
