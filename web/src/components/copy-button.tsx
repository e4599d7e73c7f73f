import { useState } from 'preact/hooks'

const SHOWN_MILLISECONDS = 2000

/** Copies a text. It says so for a moment, also to a screen reader. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<'' | 'Copied' | 'Not allowed'>('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('Copied')
    } catch {
      // Browsers refuse this on pages without HTTPS that are not on this machine.
      setState('Not allowed')
    }
    setTimeout(() => setState(''), SHOWN_MILLISECONDS)
  }
  return (
    <button type="button" class="copy" onClick={copy} aria-label={label}>
      <span role="status">{state || 'Copy'}</span>
    </button>
  )
}
