// Computes moments: each message is a list of expressions and is answered with the list of their moments.
import { parentPort } from 'node:worker_threads'
import { computeGaussianMoments } from '../../activations/gaussian-moments.js'
import { parseExpression } from '../../activations/parse-expression.js'

parentPort?.on('message', (expressions: readonly string[]) => {
  parentPort?.postMessage(expressions.map((text) => computeGaussianMoments(parseExpression(text))))
})
