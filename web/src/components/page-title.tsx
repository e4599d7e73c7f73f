import { useEffect, useRef } from 'preact/hooks'

let pagesShown = 0

/**
 * The heading of a page, which also names the tab. After a change of the page it gets the focus, so that a screen reader
 * reads it and the next Tab starts there.
 */
export function PageTitle({ title, children }: { title: string; children?: preact.ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title === 'actbench' ? title : `${title} · actbench`
    pagesShown += 1
    // The first page of a visit leaves the focus to the browser.
    if (pagesShown > 1) heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}
