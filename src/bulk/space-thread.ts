/** The program of a thread that computes the functions of parts of a search space, one after the other. */
import { parentPort } from 'node:worker_threads'
import { enumerateExpressions, parseSchema } from '../activations/search-space.js'
import { computeSpaceClasses } from '../datasets/space-classes.js'
import type { SpaceBatch, SpacePart } from './space-batch.js'

parentPort?.on('message', ({ schema, operators, from, to }: SpacePart) => {
  const classes = computeSpaceClasses(enumerateExpressions(parseSchema(schema), operators, { from, to }))
  const batch: SpaceBatch = { from, to, classes }
  // Outputs are transferred instead of copied.
  parentPort?.postMessage(
    batch,
    classes.map(({ outputs }) => outputs.buffer as ArrayBuffer),
  )
})
