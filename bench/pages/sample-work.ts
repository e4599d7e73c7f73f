import type { OwnService } from './own-service.js'

const BUDGET = 40
const COMPLETED = 32
const TRAINED = [
  'tanh(mish(x))',
  'x*erf(x)',
  'max(x,sin(x))',
  'x*sigmoid(param(1)*x)',
  'softsign(mish(x))',
  'x*atan(x)',
]

/** Gives the pages of searches something to show, and that of jobs too if functions are trained. Returns the id of the search. */
export async function createSampleWork({ ask }: Pick<OwnService, 'ask'>, isTraining: boolean): Promise<string> {
  const { createSearch } = await ask(
    'mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id } } }',
    {
      input: {
        ...{ dataset: 'fashion-cnn', algorithm: 'REGULARIZED_EVOLUTION', replay: true },
        ...{ budget: BUDGET, seed: 1, name: 'Replay of Fashion-CNN' },
      },
    },
  )
  const searchId: string = createSearch.search.id
  for (let step = 0; step <= COMPLETED; step++) {
    const { suggest } = await ask(
      'mutation ($input: SuggestInput!) { suggest(input: $input) { suggestions { id } } }',
      { input: { searchId, worker: 'laptop' } },
    )
    // The last one stays with its client.
    if (step === COMPLETED) break
    await ask('mutation ($input: ReportEvaluationInput!) { reportEvaluation(input: $input) { search { id } } }', {
      input: { suggestionId: suggest.suggestions[0].id },
    })
  }
  for (const expression of isTraining ? TRAINED : []) {
    await ask('mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id } } }', {
      input: { dataset: 'fashion-cnn', expression, seeds: [0, 1] },
    })
  }
  return searchId
}
