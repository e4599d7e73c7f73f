import { useRef, useState } from 'preact/hooks'
import { useQuery } from '../../api/use-query.js'
import { QueryStatus } from '../../components/query-status.js'
import { useInView } from '../../components/use-in-view.js'
import { drawPath } from '../../language/curve-points.js'
import { formatCount } from '../../language/numbers.js'
import { SPECTRUM } from './function-query.js'

interface SpectrumProps {
  readonly expression: string
  readonly datasets: readonly { readonly name: string; readonly title: string }[]
}

const BOX = { width: 900, height: 160 }
const MAX_POINTS = 1800

/** The Fisher spectrum in a dataset that the visitor chooses. */
export function Spectrum({ expression, datasets }: SpectrumProps) {
  const place = useRef<HTMLElement>(null)
  const [dataset, setDataset] = useState(datasets[0].name)
  const state = useQuery(SPECTRUM, { expression, dataset }, { isPaused: !useInView(place) })
  const activation = state.data?.activation
  const spectrum = activation?.fisherSpectrum
  return (
    <section ref={place} aria-labelledby="spectrum-title">
      <h2 id="spectrum-title">Fisher spectrum</h2>
      <label class="inline">
        Dataset{' '}
        <select value={dataset} onChange={({ currentTarget }) => setDataset(currentTarget.value)}>
          {datasets.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <QueryStatus state={state} />
      {spectrum && (
        <figure class="spectrum">
          <svg
            viewBox={`0 0 ${BOX.width} ${BOX.height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label="Fisher spectrum"
          >
            <path class="line" d={drawPath(thin(spectrum.values), [0, 1.02], BOX, isNextLayer)} />
          </svg>
          <figcaption class="quiet small">
            {formatCount(spectrum.length)} values: for each layer, the share of eigenvalues below growing bounds, from 0
            to 1.
          </figcaption>
        </figure>
      )}
      {activation && !spectrum && (
        <p class="quiet">{activation.fisherSpectrumFailure ?? 'It was not computed for this dataset.'}</p>
      )}
    </section>
  )
}

/** Within a layer the values only rise. */
function isNextLayer(before: number, value: number): boolean {
  return value < before - 0.5
}

/** Every nth value: a picture has fewer pixels than a spectrum has values. */
function thin(values: readonly (number | null)[]) {
  const step = Math.ceil(values.length / MAX_POINTS)
  const kept = values.filter((_, index) => index % step === 0)
  return { from: 0, to: kept.length, values: Float64Array.from(kept, (value) => value ?? Number.NaN) }
}
