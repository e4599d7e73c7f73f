import { useState } from 'preact/hooks'
import { apiKey, isKeyStored, setKey } from '../api/key.js'

/** Takes an API key. It is kept in the memory of the page, or for this tab if the visitor wants that. */
export function KeyForm() {
  const [text, setText] = useState('')
  const [isRemembered, setRemembered] = useState(false)
  if (apiKey.value !== '') {
    return (
      <p class="key">
        Your key is kept {isKeyStored.value ? 'for this tab' : 'until this page is closed'}.{' '}
        <button type="button" onClick={() => setKey('', false)}>
          Forget it
        </button>
      </p>
    )
  }
  return (
    <form
      class="key"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') setKey(text.trim(), isRemembered)
        setText('')
      }}
    >
      <label>
        API key
        <input
          type="password"
          autocomplete="off"
          placeholder="abk_…"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={isRemembered}
          onChange={({ currentTarget }) => setRemembered(currentTarget.checked)}
        />
        Keep it for this tab
      </label>
      <button type="submit">Use this key</button>
    </form>
  )
}
