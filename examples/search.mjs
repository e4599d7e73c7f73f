// Searches with an objective of its own: which function is most like swish? Replace `evaluate` by your training.
//   ACTBENCH_KEY=... node examples/search.mjs mini-cnn 20
// The loop asks for a suggestion, evaluates it, and reports, until the search has ended. A suggestion is leased: if this
// program ends in the middle, the lease runs out, and the next worker of the search gets the function.
import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { request } from './client.mjs'

const [dataset = 'mini-cnn', budget = '20'] = process.argv.slice(2)
const LEASE_SECONDS = 600

const { createSearch } = await request(
  `mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id } } }`,
  { input: { dataset, name: 'most like swish', budget: Number(budget), algorithm: 'REGULARIZED_EVOLUTION', seed: 1 } },
)
const searchId = createSearch.search.id

for (;;) {
  const { suggest } = await request(
    `mutation ($input: SuggestInput!) {
      suggest(input: $input) {
        suggestions { id expression activation { curve(from: -3, to: 3, points: 25) { x y } } }
        search { state waitingFor best { expression validationAccuracy } }
      }
    }`,
    { input: { searchId, worker: hostname(), leaseSeconds: LEASE_SECONDS } },
  )
  const [suggestion] = suggest.suggestions
  const { state, waitingFor, best } = suggest.search
  if (suggestion) {
    await report(suggestion)
  } else if (state === 'ACTIVE') {
    console.log(`waiting: ${waitingFor}`)
    await setTimeout(5000)
  } else {
    console.log(`${state}: the best is ${best?.expression}, ${best?.validationAccuracy.toFixed(4)}`)
    break
  }
}

/** A function that cannot be evaluated is reported as a failure, so that the search continues without it. */
async function report({ id, expression, activation }) {
  const outcome = {}
  try {
    outcome.validationAccuracy = evaluate(activation.curve)
    console.log(`${outcome.validationAccuracy.toFixed(4)}  ${expression}`)
  } catch (error) {
    outcome.failure = error.message
    console.log(`failed  ${expression}: ${error.message}`)
  }
  await request(
    `mutation ($input: ReportEvaluationInput!) { reportEvaluation(input: $input) { suggestion { state } } }`,
    { input: { suggestionId: id, ...outcome } },
  )
}

/** 1 for swish itself, close to 0 for a function that is far away. */
function evaluate(curve) {
  let sum = 0
  for (const { x, y } of curve) {
    if (y === null) throw new Error(`no finite value at ${x}`)
    sum += (y - x / (1 + Math.exp(-x))) ** 2
  }
  return 1 / (1 + sum / curve.length)
}
