import { useId, useMemo, useRef, useState } from 'preact/hooks'
import { completeQuery, type QuerySuggestion } from './complete-query.js'
import type { Schema } from './read-schema.js'

interface QueryTextProps {
  readonly schema: Schema
  readonly text: string
  onText(text: string): void
  onRun(): void
}

const MAX_SUGGESTIONS = 10

/** The text of a query. It completes names of the schema while one types, or with Ctrl-Space. */
export function QueryText({ schema, text, onText, onRun }: QueryTextProps) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [cursor, setCursor] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const { from, suggestions: all } = useMemo(
    () => (isOpen ? completeQuery(schema, text, cursor) : { from: 0, suggestions: [] }),
    [schema, text, cursor, isOpen],
  )
  const suggestions = all.slice(0, MAX_SUGGESTIONS)
  const lines = text.slice(0, from).split('\n')
  const place = {
    '--line': lines.length - (area.current ? area.current.scrollTop / lineHeightOf(area.current) : 0),
    '--column': lines[lines.length - 1].length,
  }

  const insert = (start: number, inserted: string) => {
    const field = area.current
    if (!field) return
    field.focus()
    field.setSelectionRange(start, field.selectionEnd)
    // Unlike a new value, this can be undone.
    document.execCommand('insertText', false, inserted)
  }
  const take = (suggestion: QuerySuggestion) => {
    insert(from, suggestion.text)
    setOpen(false)
  }
  const follow = () => setCursor(area.current?.selectionStart ?? 0)
  const type = ({ currentTarget, ...event }: { currentTarget: HTMLTextAreaElement; inputType?: string }) => {
    const { value, selectionStart } = currentTarget
    onText(value)
    setCursor(selectionStart)
    setActive(0)
    const isWord = /\w/.test(value[selectionStart - 1] ?? '')
    setOpen(isWord && event.inputType !== 'insertFromPaste')
  }
  const press = (event: KeyboardEvent) => {
    const isCommand = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && isCommand) {
      event.preventDefault()
      setOpen(false)
      return onRun()
    }
    if (event.key === ' ' && isCommand) {
      event.preventDefault()
      follow()
      setActive(0)
      return setOpen(true)
    }
    if (suggestions.length > 0) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault()
        return setActive((active + (event.key === 'ArrowDown' ? 1 : suggestions.length - 1)) % suggestions.length)
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        return take(suggestions[active])
      }
    }
    if (event.key === 'Escape') return setOpen(false)
    if (event.key === 'Enter' && area.current) {
      event.preventDefault()
      insert(area.current.selectionStart, newLine(text, area.current.selectionStart))
      setOpen(false)
    }
  }

  return (
    <div class="query-text">
      <label for={id}>Query</label>
      <div class="query-place" style={place}>
        <textarea
          ref={area}
          id={id}
          value={text}
          rows={18}
          spellcheck={false}
          autocapitalize="none"
          autocomplete="off"
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={suggestions.length > 0 ? `${id}-${active}` : undefined}
          onInput={type}
          onKeyDown={press}
          onKeyUp={follow}
          onClick={follow}
          onBlur={() => setOpen(false)}
        />
        <div
          id={`${id}-list`}
          class="suggestions"
          role="listbox"
          aria-label="Suggestions"
          hidden={suggestions.length === 0}
        >
          {suggestions.map((item, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text.
            <div
              key={item.label}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              // Before the text loses the focus.
              onPointerDown={(event) => {
                event.preventDefault()
                take(item)
              }}
            >
              <code>{item.label}</code>
              <span>{item.detail}</span>
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

/** A line break with the indentation of its line, and more after a brace that opens. */
function newLine(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  const indent = /^ */.exec(line)?.[0] ?? ''
  return `\n${indent}${/[{([]\s*$/.test(line) ? '  ' : ''}`
}

function lineHeightOf(area: HTMLTextAreaElement): number {
  return Number.parseFloat(getComputedStyle(area).lineHeight) || 20
}
