import type { Suggestion } from '@actbench/expression'

interface SuggestionsProps {
  readonly id: string
  readonly items: readonly Suggestion[]
  readonly active: number
  onTake(suggestion: Suggestion): void
}

/** The list under an expression field. The field keeps the focus and names the active item. */
export function Suggestions({ id, items, active, onTake }: SuggestionsProps) {
  return (
    <div id={`${id}-list`} class="suggestions" role="listbox" aria-label="Suggestions" hidden={items.length === 0}>
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, as for every combobox.
        <div
          key={item.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault()
            onTake(item)
          }}
        >
          <code>{item.label}</code>
          <span>{item.detail}</span>
        </div>
      ))}
    </div>
  )
}
