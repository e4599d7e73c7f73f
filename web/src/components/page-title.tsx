import { useEffect, useRef } from 'preact/hooks'

/** The address of the page that is shown; null before the first one. */
let shownPath: string | null = null
let hasMovedFocus = false

/**
 * The heading of a page, which also names the tab. After a change of the page it gets the focus, so that a screen reader
 * reads it and the next Tab starts there.
 */
export function PageTitle({ title, children }: { title: string; children?: preact.ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === 'actbench' ? title : `${title} · actbench`
    // The first page of a visit leaves the focus to the browser, also when its title changes.
    const isOtherPage = shownPath !== null && shownPath !== location.pathname
    // A heading that takes the place of another one on the same page keeps its focus.
    const isLost = hasMovedFocus && document.activeElement === document.body
    shownPath = location.pathname
    if (!isOtherPage && !isLost) return
    hasMovedFocus = true
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}
