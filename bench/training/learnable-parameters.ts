/**
 * Trains functions with learnable parameters, and the same functions with the initial values as numbers, on a Mini network.
 * Prints the rows of docs/lab/learnable-parameters.md.
 *
 *   node build/bench/training/learnable-parameters.js [--dataset mini-cnn] [--seeds 3]
 */
import { parseArgs } from 'node:util'
import { openBackend } from '../../src/networks/backends/backend.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'

const FUNCTIONS = [
  ['prelu(x)', 'leaky_relu(x,0.25)'],
  ['x*sigmoid(param(1)*x)', 'swish(x)'],
  ['param(0.5)*x+param(-0.25)*erf(x)', '0.5*x-0.25*erf(x)'],
]

const { values } = parseArgs({
  options: { dataset: { type: 'string', default: 'mini-cnn' }, seeds: { type: 'string', default: '3' } },
})
const backend = await openBackend('wasm')
for (const pair of FUNCTIONS) {
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    for (const expression of pair) {
      const result = await trainNetwork({ dataset: values.dataset, expression, seed, backend })
      const losses = result.epochs.map(({ trainLoss }) => trainLoss?.toFixed(3) ?? 'not finite')
      const learned = result.learnedParameters?.map(({ values }) =>
        values.map(([value]) => value.toFixed(3)).join(', '),
      )
      const cells = [
        `\`${expression}\``,
        seed,
        losses.join(', '),
        result.validationAccuracy.toFixed(3),
        learned?.join('; '),
      ]
      console.log(`| ${cells.map((cell) => cell ?? '').join(' | ')} |`)
    }
  }
}
