import { computeShape, SHAPE_VERSION } from '../../activations/comparison/shape.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { Database } from '../../db/connection/client.js'
import { listShapedRows } from '../../db/evaluations/list-measured.js'
import type { Dataset } from '../../db/generated/client.js'
import { createPace, type PaceOptions } from '../../surrogate/pace.js'
import { normalizesActivation } from '../normalizes-activation.js'

/**
 * The shape of each measured function of a dataset, by activation id: functions of one shape are trained alike. Empty for a
 * dataset whose networks do not normalise their activations. Shapes that are not stored yet are computed.
 */
export async function listMeasuredShapes(
  database: Database,
  { id, name }: Pick<Dataset, 'id' | 'name'>,
  options: PaceOptions = {},
): Promise<Map<number, string>> {
  const shapes = new Map<number, string>()
  if (!(await normalizesActivation(database, name))) return shapes
  const rows = await listShapedRows(database.kysely, id, SHAPE_VERSION)
  const pace = createPace(options)
  for (const [index, { activationId, expression, isStored, ...row }] of rows.entries()) {
    if (pace.due()) await pace.pause(index / rows.length)
    const shape = isStored ? row.shape : computeShape(parseExpression(expression))
    if (shape) shapes.set(activationId, shape)
  }
  return shapes
}
