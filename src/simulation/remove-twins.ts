import { computeShape } from '../activations/comparison/shape.js'
import { parseExpression } from '../activations/parse-expression.js'
import type { TabularDataset } from './tabular-dataset.js'

/** A dataset with one measured function of each shape: the first one. Functions without a shape stay. */
export function removeTwins(dataset: TabularDataset): TabularDataset {
  const seen = new Set<string>()
  const measured = dataset.measured.filter(({ expression }) => {
    const shape = computeShape(parseExpression(expression))
    if (shape === null) return true
    const isFirst = !seen.has(shape)
    seen.add(shape)
    return isFirst
  })
  return { ...dataset, measured }
}
