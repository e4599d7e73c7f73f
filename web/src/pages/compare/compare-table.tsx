import type { ComponentChildren } from 'preact'
import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import type { Compared, ComparedDataset, ComparedEvaluation } from './compare-query.js'
import { KeyLine } from './key-line.js'
import type { Differences } from './use-differences.js'
import { Verdict } from './verdict.js'

interface CompareTableProps {
  readonly expressions: readonly string[]
  readonly compared: readonly Compared[]
  readonly datasets: readonly ComparedDataset[]
  readonly differences: Differences
}

/** What the functions reached in each dataset, and how far each is from the best of them. */
export function CompareTable({ expressions, compared, datasets, differences: { best, byId } }: CompareTableProps) {
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
        const found = cells.map((cell) => byId.get(cell?.id ?? '') ?? null)
        const noise = found.find((each) => each !== null)?.standardError ?? null
        return (
          <tr key={dataset.name}>
            <th scope="row">
              <a href={`/datasets/${dataset.name}`}>{dataset.title}</a>
            </th>
            {cells.map((cell, index) => (
              <Cell key={expressions[index]} cell={cell} count={dataset.evaluationCount} noise={noise}>
                {cell !== null && cell === best[row] ? (
                  <span class="small best-of">best of these</span>
                ) : (
                  <Verdict difference={found[index]} />
                )}
              </Cell>
            ))}
          </tr>
        )
      })}
    </WideTable>
  )
}

interface CellProps {
  readonly cell: ComparedEvaluation
  /** Evaluations of the dataset. */
  readonly count: number
  /** How exact the accuracies are; null if it is not known. */
  readonly noise: number | null
  readonly children: ComponentChildren
}

function Cell({ cell, count, noise, children }: CellProps) {
  if (cell === null || cell.validationAccuracy === null) return <td class="quiet">not measured</td>
  const { validationAccuracy, runCount, rank } = cell
  return (
    <td>
      <strong>{formatPercent(validationAccuracy, noise)}%</strong>{' '}
      <span class="quiet small">
        {runCount > 0 && `${runCount} ${runCount === 1 ? 'run' : 'runs'}, `}
        rank {formatCount(rank ?? 0)} of {formatCount(count)}
      </span>
      <br />
      {children}
    </td>
  )
}
