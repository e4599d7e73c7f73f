import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Rows above and below the window that are drawn too, so that fast scrolling shows no gaps. */
const SPARE_ROWS = 6

/** The rows of a long table that are in the window of its scrolling box. All rows have the same height. */
export function useScrollWindow(
  box: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
): { from: number; to: number } {
  const [[top, height], setPlace] = useState([0, 600])
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
  const from = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS)
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE_ROWS) }
}
