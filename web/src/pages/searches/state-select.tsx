interface StateSelectProps {
  /** The title of each state. */
  readonly titles: Readonly<Record<string, string>>
  readonly chosen: string | null
  /** Null: any state. */
  onChoose(state: string | null): void
}

/** A field to choose a state, or any. */
export function StateSelect({ titles, chosen, onChoose }: StateSelectProps) {
  return (
    <label>
      State
      <select value={chosen ?? ''} onChange={({ currentTarget }) => onChoose(currentTarget.value || null)}>
        <option value="">Any</option>
        {Object.entries(titles).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}
