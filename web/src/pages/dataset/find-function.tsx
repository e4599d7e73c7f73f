import { useState } from 'preact/hooks'
import type { ResultOf } from '../../api/graphql.js'
import type { QueryState } from '../../api/use-query.js'
import { ExpressionField } from '../../components/expression-field.js'
import type { Bin } from '../../components/histogram.js'
import { QueryStatus } from '../../components/query-status.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import type { FIND } from './dataset-query.js'

interface FindFunctionProps {
  readonly find: string
  readonly state: QueryState<ResultOf<typeof FIND>>
  onFind(expression: string): void
  readonly bins: readonly Bin[]
  readonly noise: number | null
}

/** Where a function stands in the dataset: its rank, or what its prediction says. */
export function FindFunction({ find, state, onFind, bins, noise }: FindFunctionProps) {
  const [text, setText] = useState(find)
  return (
    <div class="find">
      <ExpressionField
        label="Where is my function?"
        text={text}
        onText={setText}
        onSubmit={onFind}
        submitLabel="Find"
      />
      {find !== '' && <Found state={state} bins={bins} noise={noise} />}
    </div>
  )
}

function Found({ state, bins, noise }: Omit<FindFunctionProps, 'find' | 'onFind'>) {
  const evaluation = state.data?.dataset?.evaluation
  const activation = state.data?.activation
  if (!activation) return <QueryStatus state={state} />
  const { expression, prediction } = activation
  const link = (
    <a href={functionAddress(expression)}>
      <code>{expression}</code>
    </a>
  )
  if (evaluation?.validationAccuracy != null) {
    const { rank, rankInterval, validationAccuracy } = evaluation
    return (
      <p class="found-function" role="status">
        {link} has rank <strong>{formatCount(rank ?? 0)}</strong> with {formatPercent(validationAccuracy, noise)}%.
        {rankInterval &&
          ` Ranks from ${formatCount(rankInterval.best)} to ${formatCount(rankInterval.worst)} are plausible.`}
      </p>
    )
  }
  if (!prediction) {
    return (
      <p class="found-function" role="status">
        {link} is not measured here, and there is no prediction for it.
      </p>
    )
  }
  const spread = prediction.standardDeviation
  return (
    <p class="found-function" role="status">
      {link} is not measured here. The prediction is <strong>{formatPercent(prediction.mean, noise)}%</strong>
      {spread !== null && ` ± ${formatPercent(spread, noise)}`}, which would be about rank{' '}
      {countBetter(bins, prediction.mean)}.
    </p>
  )
}

/** About how many values of a distribution are above a value, plus one. */
function countBetter(bins: readonly Bin[], value: number): string {
  let better = 0
  for (const { from, to, count } of bins) {
    if (from >= value) better += count
    else if (to > value) better += Math.round((count * (to - value)) / (to - from))
  }
  return formatCount(better + 1)
}
