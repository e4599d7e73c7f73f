import { registerEnumType } from 'type-graphql'
import { type ErrorCode as Code, ERROR_CODES } from '../errors.js'
import { METRICS, type Metric as MetricName } from '../metrics.js'
import { SEARCH_ALGORITHMS, STRATEGIES } from '../services/searches/strategies.js'

// The API's enumerations. They are chosen here and not inherited from the tables: what this service cannot do yet is
// not among them.

export const ErrorCode = namesOf(Object.keys(ERROR_CODES) as Code[])
export const OperatorArity = namesOf(['UNARY', 'BINARY', 'N_ARY'])
export const FeatureSpace = namesOf(['OUTPUTS', 'FISHER_SPECTRUM', 'EMBEDDING'])
export const DatasetOrigin = namesOf(['IMPORTED', 'TRAINED', 'REPORTED'])
export const Metric = namesOf(Object.keys(METRICS) as MetricName[])
export const GroupKey = namesOf(['OPERATOR', 'ROOT_OPERATOR', 'DEPTH'])
export const OrderDirection = namesOf(['ASCENDING', 'DESCENDING'])
export const SurrogateState = namesOf(['QUEUED', 'FITTING', 'READY', 'FAILED'])
export const SurrogateAlgorithm = namesOf(['UMAP_KNN', 'GAUSSIAN_PROCESS'])
export const TrainingState = namesOf(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'])
export const SearchAlgorithm = namesOf(SEARCH_ALGORITHMS)
export const SearchState = namesOf(['ACTIVE', 'COMPLETED', 'STOPPED'])
export const SuggestionState = namesOf(['LEASED', 'COMPLETED', 'FAILED', 'EXPIRED'])
export const Scope = namesOf(['TRAIN', 'SEARCH', 'DATASET', 'ADMIN'])

export type ErrorCode = keyof typeof ErrorCode
export type FeatureSpace = keyof typeof FeatureSpace
export type GroupKey = keyof typeof GroupKey
export type Metric = keyof typeof Metric
export type OrderDirection = keyof typeof OrderDirection
export type Scope = keyof typeof Scope
export type SearchAlgorithm = keyof typeof SearchAlgorithm
export type SearchState = keyof typeof SearchState
export type SuggestionState = keyof typeof SuggestionState
export type SurrogateAlgorithm = keyof typeof SurrogateAlgorithm
export type TrainingState = keyof typeof TrainingState

register('ErrorCode', ErrorCode, {
  description: 'The values that `extensions.code` of an error takes, so that clients can switch on them.',
  values: Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { description }]) => [code, description])),
})
register('OperatorArity', OperatorArity, {
  description: 'How many operands an operator takes.',
  values: { UNARY: 'One.', BINARY: 'Two.', N_ARY: 'One or more.' },
})
register('FeatureSpace', FeatureSpace, {
  description: 'What activation functions are compared by.',
  values: {
    OUTPUTS: 'Euclidean distance between outputs.',
    FISHER_SPECTRUM: 'Manhattan distance between the Fisher spectra; needs a dataset.',
    EMBEDDING: "Euclidean distance in the surrogate's embedding; needs a dataset.",
  },
})
register('DatasetOrigin', DatasetOrigin, {
  description: 'Where the evaluations of a dataset come from.',
  values: {
    IMPORTED: 'Read from published files.',
    TRAINED: 'Trained by this service.',
    REPORTED: 'Reported by clients.',
  },
})
register('Metric', Metric, {
  description: 'A measured quantity. Of accuracies more is better; of losses and runtime, less.',
  values: Object.fromEntries(Object.entries(METRICS).map(([name, { description }]) => [name, description])),
})
register('GroupKey', GroupKey, {
  description: 'What evaluations are grouped by.',
  values: {
    OPERATOR: 'Each operator that occurs in the representative expression.',
    ROOT_OPERATOR: 'The outermost operator; `x` for the bare input.',
    DEPTH: 'The nesting depth of the representative expression.',
  },
})
register('OrderDirection', OrderDirection, {
  description: 'The direction of an order; missing values come last in either.',
  values: { ASCENDING: 'Smallest first.', DESCENDING: 'Greatest first.' },
})
register('SurrogateState', SurrogateState, {
  description: 'How far a surrogate is.',
  values: {
    QUEUED: 'Waiting for a worker.',
    FITTING: 'A worker fits it.',
    READY: 'It predicts.',
    FAILED: 'It could not be fitted; `failure` says why.',
  },
})
register('SurrogateAlgorithm', SurrogateAlgorithm, {
  description: 'How predictions are made.',
  values: {
    UMAP_KNN: "The paper's: UMAP of outputs and of Fisher spectra, their union, 3 nearest neighbours.",
    GAUSSIAN_PROCESS: 'A Gaussian process on the same features; it knows its uncertainty, and has no map.',
  },
})
register('TrainingState', TrainingState, {
  description: 'How far a training is.',
  values: {
    QUEUED: 'Waiting for a worker.',
    RUNNING: 'A worker trains.',
    SUCCEEDED: 'It made a run.',
    FAILED: 'It ended without a run; `failure` says why.',
    CANCELLED: 'A client ended it.',
  },
})
register('SearchAlgorithm', SearchAlgorithm, {
  description: 'How suggestions are chosen.',
  values: Object.fromEntries(SEARCH_ALGORITHMS.map((name) => [name, STRATEGIES[name].description])),
})
register('SearchState', SearchState, {
  description: 'How far a search is.',
  values: {
    ACTIVE: 'It has suggestions to make.',
    COMPLETED: 'Its budget is used up.',
    STOPPED: 'A client ended it.',
  },
})
register('SuggestionState', SuggestionState, {
  description: 'How far a suggestion is.',
  values: {
    LEASED: 'A client evaluates it.',
    COMPLETED: 'Its evaluation was reported.',
    FAILED: 'Its evaluation failed.',
    EXPIRED: 'Its lease ran out before a report came.',
  },
})
register('Scope', Scope, {
  description: 'What a key may do. Reading needs no key.',
  values: {
    TRAIN: 'Dispatch and cancel training, update surrogates.',
    SEARCH: 'Create searches, ask for suggestions, report evaluations.',
    DATASET: "Create and delete datasets of one's own, and add evaluations to them.",
    ADMIN: 'Manage API keys; do everything.',
  },
})

function register<Name extends string>(
  name: string,
  names: Record<Name, Name>,
  { description, values }: { description: string; values: Record<Name, string> | Record<string, string> },
): void {
  const valuesConfig = Object.fromEntries(
    Object.entries<string>(values).map(([value, meaning]) => [value, { description: meaning }]),
  )
  registerEnumType(names, { name, description, valuesConfig: valuesConfig as never })
}

function namesOf<Name extends string>(names: readonly Name[]): { readonly [Key in Name]: Key } {
  return Object.fromEntries(names.map((name) => [name, name])) as never
}
