interface DatasetChoiceProps {
  readonly datasets: readonly { readonly name: string; readonly title: string }[]
  readonly value: string | null
  onChange(name: string | null): void
}

/** Chooses one dataset, or all of them. */
export function DatasetChoice({ datasets, value, onChange }: DatasetChoiceProps) {
  return (
    <label>
      Dataset
      <select value={value ?? ''} onChange={({ currentTarget }) => onChange(currentTarget.value || null)}>
        <option value="">All</option>
        {datasets.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
        {value !== null && !datasets.some(({ name }) => name === value) && <option value={value}>{value}</option>}
      </select>
    </label>
  )
}
