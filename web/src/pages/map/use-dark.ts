import { useEffect, useState } from 'preact/hooks'

const DARK = '(prefers-color-scheme: dark)'

/** Whether the visitor prefers a dark page. */
export function useDark(): boolean {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches)
  useEffect(() => {
    const query = matchMedia(DARK)
    const update = () => setDark(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return isDark
}
