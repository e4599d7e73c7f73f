import { METRICS } from '../../language/metrics.js'
import { isFiltered, readSettings, type TableSettings } from './table-settings.js'

interface FilterFormProps {
  readonly settings: TableSettings
  readonly operators: readonly string[]
  onSettings(settings: TableSettings): void
}

const QUESTIONS = [
  { name: 'monotone', title: 'Monotone' },
  { name: 'bounded', title: 'Bounded' },
  { name: 'smooth', title: 'Smooth' },
] as const

/** Which rows the table shows, and in which order. Changes apply at once, texts when the field is left. */
export function FilterForm({ settings, operators, onSettings }: FilterFormProps) {
  const { metric } = settings
  const set = (change: Partial<TableSettings>) => onSettings({ ...settings, ...change })
  const onText = (name: 'operators' | 'without' | 'depth' | 'min' | 'max' | 'runs') => ({
    name,
    value: settings[name],
    onChange: (event: Event) => set({ [name]: (event.currentTarget as HTMLInputElement).value.trim() }),
  })
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Rows and order">
      <label>
        Sort by
        <select
          value={metric.name}
          onChange={({ currentTarget }) => {
            // A range belongs to its metric.
            set({ metric: METRICS.find(({ name }) => name === currentTarget.value), min: '', max: '' })
          }}
        >
          {METRICS.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Order
        <select
          value={settings.isReversed ? 'worst' : 'best'}
          onChange={({ currentTarget }) => set({ isReversed: currentTarget.value === 'worst' })}
        >
          <option value="best">Best first</option>
          <option value="worst">Worst first</option>
        </select>
      </label>
      <label>
        With operators
        <input type="text" list="operator-names" placeholder="tanh, max" {...onText('operators')} />
      </label>
      <label>
        Without operators
        <input type="text" list="operator-names" placeholder="exp" {...onText('without')} />
      </label>
      <datalist id="operator-names">
        {operators.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label class="short">
        Depth up to
        <input type="number" min="0" max="20" {...onText('depth')} />
      </label>
      <label>
        Symmetry
        <select
          value={settings.symmetry}
          onChange={({ currentTarget }) => set({ symmetry: currentTarget.value as 'any' })}
        >
          <option value="any">Any</option>
          <option value="even">Even</option>
          <option value="odd">Odd</option>
        </select>
      </label>
      {QUESTIONS.map(({ name, title }) => (
        <label key={name} class="short">
          {title}
          <select value={settings[name]} onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}>
            <option value="any">Any</option>
            <option value="yes">Yes</option>
            <option value="no">No</option>
          </select>
        </label>
      ))}
      {(['min', 'max'] as const).map((name) => (
        <label key={name} class="short">
          {name === 'min' ? 'From' : 'To'}
          {metric.isShare && ', %'}
          <input type="number" min="0" max={metric.isShare ? 100 : undefined} step="any" {...onText(name)} />
        </label>
      ))}
      <label class="short">
        Runs, at least
        <input type="number" min="0" step="1" {...onText('runs')} />
      </label>
      {isFiltered(settings) && (
        <button type="button" onClick={() => onSettings({ ...readSettings({}), metric })}>
          Show all rows
        </button>
      )}
    </form>
  )
}
