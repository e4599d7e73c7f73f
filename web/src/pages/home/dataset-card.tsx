import { Curve } from '../../components/curve.js'
import { ExpressionText } from '../../components/expression-text.js'
import { Histogram } from '../../components/histogram.js'
import { formatCount, formatPercent, shorten } from '../../language/numbers.js'
import type { HomeDataset } from './home-query.js'

/** A dataset at a glance: the task, the best function, and how all of them did. */
export function DatasetCard({ dataset }: { dataset: HomeDataset }) {
  const { name, title, architecture, task, evaluationCount, statistics } = dataset
  const best = dataset.leaderboard.nodes[0]
  return (
    <article class="card">
      <h3>
        <a href={`/datasets/${name}`}>{title}</a>
      </h3>
      <p class="quiet">
        {shorten(architecture)} · {shorten(task)}
      </p>
      {best ? (
        <dl class="best">
          <dt>Best of {formatCount(evaluationCount)} functions</dt>
          <dd>
            <Curve expression={best.expression} />
            <span class="expression">
              <ExpressionText text={best.expression} />
              {best.activation.names[0] && <span class="quiet">{best.activation.names[0]}</span>}
            </span>
            <strong class="number">{formatPercent(best.validationAccuracy)}%</strong>
          </dd>
        </dl>
      ) : (
        <p class="quiet">No function is measured yet.</p>
      )}
      <Histogram bins={statistics.histogram} label={`Distribution of the validation accuracy in ${title}`} />
    </article>
  )
}
