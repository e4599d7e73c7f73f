import type { Suggestion } from '@actbench/expression'
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { completeAt } from '../language/read-expression.js'
import { Curve } from './curve.js'
import { Suggestions } from './suggestions.js'

interface ExpressionFieldProps {
  readonly label: string
  readonly text: string
  onText(text: string): void
  /** Called with the canonical text of the expression. */
  onSubmit(expression: string): void
  readonly submitLabel: string
  /** False if the page shows the curve of the text itself. */
  readonly hasPreview?: boolean
}

/** A half typed text is always wrong. Its problem is shown if no key was pressed for this long. */
const PROBLEM_DELAY_MILLISECONDS = 700
const MAX_SUGGESTIONS = 8

/** A field for a function: it completes while one types, and shows what is wrong under the wrong part. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, text, onText, onSubmit, submitLabel, hasPreview = true } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [cursor, setCursor] = useState(text.length)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [isProblemShown, setProblemShown] = useState(false)
  const completion = useMemo(() => completeAt(text, cursor), [text, cursor])
  const suggestions = isOpen ? completion.suggestions.slice(0, MAX_SUGGESTIONS) : []
  const problem = isProblemShown && text.trim() !== '' ? completion.problem : null

  useEffect(() => {
    setProblemShown(false)
    const timer = setTimeout(() => setProblemShown(true), PROBLEM_DELAY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [text])

  const close = () => {
    setOpen(false)
    setActive(-1)
  }
  const type = (event: Event) => {
    const field = event.currentTarget as HTMLInputElement
    onText(field.value)
    setCursor(field.selectionStart ?? field.value.length)
    setOpen(true)
    setActive(-1)
  }
  const take = (suggestion: Suggestion) => {
    onText(suggestion.text)
    const [from, to] = chooseSelection(text, suggestion.text)
    setCursor(to)
    close()
    // After the field has the new text.
    requestAnimationFrame(() => {
      input.current?.focus()
      input.current?.setSelectionRange(from, to)
    })
  }
  const submit = (event: Event) => {
    event.preventDefault()
    close()
    if (completion.expression === null) setProblemShown(true)
    else onSubmit(completion.expression)
  }
  const press = (event: KeyboardEvent) => {
    const chosen = suggestions[active]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) return setOpen(true)
      const count = suggestions.length + 1
      // One step before the first and behind the last is the field itself.
      setActive(((active + 1 + (event.key === 'ArrowDown' ? 1 : -1) + count) % count) - 1)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault()
      take(chosen)
    } else if (event.key === 'Escape') close()
  }

  return (
    <form class="expression-field" onSubmit={submit}>
      <label for={id}>{label}</label>
      <div class="expression-input">
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          value={text}
          placeholder="max(x,tanh(x))"
          autocomplete="off"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          aria-autocomplete="list"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          onInput={type}
          onKeyDown={press}
          onKeyUp={(event) => setCursor(event.currentTarget.selectionStart ?? text.length)}
          onClick={(event) => setCursor(event.currentTarget.selectionStart ?? text.length)}
          onBlur={close}
        />
        {hasPreview && (
          <span class="preview" aria-hidden="true">
            {completion.expression !== null && <Curve expression={completion.expression} width={56} height={38} />}
          </span>
        )}
        <button type="submit">{submitLabel}</button>
        <Suggestions id={id} items={suggestions} active={active} onTake={take} />
      </div>
      <div id={`${id}-problem`} class="problem" role="status">
        {problem !== null && (
          <>
            <span class="mark" style={{ '--at': Math.min(completion.position ?? 0, text.length) }} aria-hidden="true">
              ▲
            </span>
            {problem}
          </>
        )}
      </div>
    </form>
  )
}

/** What to select after a suggestion was taken: the new `x` that the next text replaces, else nothing at the end. */
function chooseSelection(before: string, after: string): readonly [number, number] {
  let same = 0
  while (same < before.length && before[same] === after[same]) same += 1
  const opening = after.indexOf('(x', same)
  return opening === -1 ? [after.length, after.length] : [opening + 1, opening + 2]
}
