import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import type { Compared, ComparedDataset, ComparedEvaluation } from './compare-query.js'
import { judgeDifference, type Measurement } from './judge-difference.js'
import { KeyLine } from './key-line.js'

interface CompareTableProps {
  readonly expressions: readonly string[]
  readonly compared: readonly Compared[]
  readonly datasets: readonly ComparedDataset[]
}

/** What the functions reached in each dataset, and how far each is from the best of them. */
export function CompareTable({ expressions, compared, datasets }: CompareTableProps) {
  return (
    <WideTable
      title={{ id: 'results-title' }}
      columns={[
        'Dataset',
        ...expressions.map((expression, index) => (
          <>
            <KeyLine kind={index} />
            <code>{expression}</code>
          </>
        )),
      ]}
      tableKind="compared"
    >
      {datasets.map((dataset, row) => {
        const cells = compared.map((each) => each?.evaluations[row] ?? null)
        const best = chooseBest(cells)
        return (
          <tr key={dataset.name}>
            <th scope="row">
              <a href={`/datasets/${dataset.name}`}>{dataset.title}</a>
            </th>
            {cells.map((cell, index) => (
              <Cell
                key={expressions[index]}
                cell={cell}
                best={best}
                noise={dataset.seedNoise?.standardDeviation ?? null}
              />
            ))}
          </tr>
        )
      })}
    </WideTable>
  )
}

interface CellProps {
  readonly cell: ComparedEvaluation
  readonly best: NonNullable<ComparedEvaluation> | null
  readonly noise: number | null
}

function Cell({ cell, best, noise }: CellProps) {
  if (cell === null || cell.validationAccuracy === null) return <td class="quiet">not measured</td>
  const { validationAccuracy, runCount, rank, dataset } = cell
  return (
    <td>
      <strong>{formatPercent(validationAccuracy, noise)}%</strong>{' '}
      <span class="quiet small">
        {runCount > 0 && `${runCount} ${runCount === 1 ? 'run' : 'runs'}, `}
        rank {formatCount(rank ?? 0)} of {formatCount(dataset.evaluationCount)}
      </span>
      <br />
      <Verdict cell={cell} best={best} noise={noise} />
    </td>
  )
}

function Verdict({ cell, best, noise }: CellProps) {
  if (cell === null || best === null) return null
  if (cell === best) return <span class="small best-of">best of these</span>
  const { value, standardError, isBeyondNoise } = judgeDifference(toMeasurement(cell), toMeasurement(best), noise)
  const difference = `${formatPercent(value, standardError)} points`
  if (isBeyondNoise === null) return <span class="quiet small">{difference}, the noise is not known</span>
  return (
    <span class={`small ${isBeyondNoise ? 'beyond' : 'within'}`}>
      {difference} ± {formatPercent(standardError, standardError)}, {isBeyondNoise ? 'beyond' : 'within'} the noise
    </span>
  )
}

function chooseBest(cells: readonly ComparedEvaluation[]): NonNullable<ComparedEvaluation> | null {
  const measured = cells.filter((cell) => cell !== null).filter((cell) => cell.validationAccuracy !== null)
  if (measured.length < 2) return null
  return measured.reduce((a, b) => ((b.validationAccuracy as number) > (a.validationAccuracy as number) ? b : a))
}

function toMeasurement({
  validationAccuracy,
  runCount,
  standardDeviation,
}: NonNullable<ComparedEvaluation>): Measurement {
  return { value: validationAccuracy as number, runs: runCount, standardDeviation }
}
