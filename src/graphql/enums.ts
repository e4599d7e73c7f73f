import { registerEnumType } from 'type-graphql'
import { CODE_TARGETS } from '../activations/code/code-target.js'
import { type ErrorCode as Code, ERROR_CODES } from '../errors.js'
import { METRICS, type Metric as MetricName } from '../metrics.js'
import { SEARCH_ALGORITHMS, STRATEGIES } from '../services/candidates/strategies.js'

// The enumerations of the API. They are listed here and not derived from the tables, because a table may allow values
// that this service does not support yet.

export const ErrorCode = namesOf(Object.keys(ERROR_CODES) as Code[])
export const OperatorArity = namesOf(['UNARY', 'BINARY', 'TERNARY', 'N_ARY'])
export const FeatureSpace = namesOf(['OUTPUTS', 'FISHER_SPECTRUM', 'EMBEDDING'])
export const DatasetOrigin = namesOf(['IMPORTED', 'TRAINED', 'REPORTED'])
export const ComparisonVerdict = namesOf(['BETTER', 'WORSE', 'TIED', 'UNKNOWN'])
export const RunChoice = namesOf(['MEDIAN', 'MEAN', 'BEST', 'SEED', 'RANDOM'])
export const Metric = namesOf(Object.keys(METRICS) as MetricName[])
export const CodeTarget = namesOf(CODE_TARGETS)
export const GroupKey = namesOf([
  'OPERATOR',
  'ROOT_OPERATOR',
  'DEPTH',
  'IS_EVEN',
  'IS_ODD',
  'IS_MONOTONE',
  'IS_BOUNDED',
  'IS_SMOOTH',
  'SYMMETRY',
])
export const ActivationProperty = namesOf(['IS_EVEN', 'IS_ODD', 'IS_MONOTONE', 'IS_BOUNDED', 'IS_SMOOTH'])
export const OrderDirection = namesOf(['ASCENDING', 'DESCENDING'])
export const SurrogateState = namesOf(['QUEUED', 'FITTING', 'READY', 'FAILED'])
export const SurrogateAlgorithm = namesOf(['UMAP_KNN', 'GAUSSIAN_PROCESS', 'UPLOADED'])
export const TrainingState = namesOf(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'])
export const SearchAlgorithm = namesOf(SEARCH_ALGORITHMS)
export const SearchEndReason = namesOf(['BUDGET_USED', 'NO_FUNCTION_LEFT', 'TOO_MANY_FAILURES', 'STOPPED'])
export const SearchState = namesOf(['ACTIVE', 'COMPLETED', 'STOPPED'])
export const SuggestionState = namesOf(['LEASED', 'COMPLETED', 'FAILED', 'EXPIRED'])
export const ChangeKind = namesOf(['ADDED', 'REMOVED', 'CHANGED'])
export const Scope = namesOf(['TRAIN', 'SEARCH', 'DATASET', 'ADMIN'])

export type ErrorCode = keyof typeof ErrorCode
export type FeatureSpace = keyof typeof FeatureSpace
export type RunChoice = keyof typeof RunChoice
export type CodeTarget = keyof typeof CodeTarget
export type GroupKey = keyof typeof GroupKey
export type Metric = keyof typeof Metric
export type ActivationProperty = keyof typeof ActivationProperty
export type OrderDirection = keyof typeof OrderDirection
export type Scope = keyof typeof Scope
export type SearchAlgorithm = keyof typeof SearchAlgorithm
export type SearchEndReason = keyof typeof SearchEndReason
export type SearchState = keyof typeof SearchState
export type SuggestionState = keyof typeof SuggestionState
export type SurrogateAlgorithm = keyof typeof SurrogateAlgorithm
export type TrainingState = keyof typeof TrainingState

register('ErrorCode', ErrorCode, {
  description: `The values of \`extensions.code\` in errors. Clients can decide by this code how to react to an
error.`,
  values: Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { description }]) => [code, description])),
})
register('OperatorArity', OperatorArity, {
  description: 'The number of operands of an operator.',
  values: {
    UNARY: 'One operand, as in tanh(x).',
    BINARY: 'Two operands, as in max(x,tanh(x)).',
    TERNARY: 'Three operands, as in clip(x,0,6).',
    N_ARY: 'One operand or more.',
  },
})
register('FeatureSpace', FeatureSpace, {
  description: 'The feature space for comparisons of activation functions.',
  values: {
    OUTPUTS: 'The outputs of the functions on reference inputs, compared by Euclidean distance.',
    FISHER_SPECTRUM: 'The Fisher spectra of the functions, compared by Manhattan distance. Needs a dataset.',
    EMBEDDING: "The points on the surrogate's map, compared by Euclidean distance. Needs a dataset.",
  },
})
register('DatasetOrigin', DatasetOrigin, {
  description: 'The source of the evaluations of a dataset.',
  values: {
    IMPORTED: 'The evaluations were imported from published files.',
    TRAINED: 'This service trains the functions.',
    REPORTED: 'Clients report the evaluations.',
  },
})
register('Metric', Metric, {
  description: 'A measured quantity. Higher accuracies are better; lower losses and runtimes are better.',
  values: Object.fromEntries(Object.entries(METRICS).map(([name, { description }]) => [name, description])),
})
register('ComparisonVerdict', ComparisonVerdict, {
  description: 'Whether one evaluation is better than another one beyond the noise of the runs.',
  values: {
    BETTER: 'It is better, at the 5% level.',
    WORSE: 'It is worse, at the 5% level.',
    TIED: 'The two cannot be told apart at the 5% level.',
    UNKNOWN: 'Nothing is known of the noise.',
  },
})
register('RunChoice', RunChoice, {
  description: 'Which value stands for an evaluation with several runs.',
  values: {
    MEDIAN: 'The median of the runs: the value that the leaderboard shows.',
    MEAN: 'The mean of the runs.',
    BEST: 'The best run. It is better than the function, because it was chosen.',
    SEED: 'The run with a given seed.',
    RANDOM:
      'One of the runs with a validation accuracy, drawn by a seed and the function: what a single training might show.',
  },
})
register('CodeTarget', CodeTarget, {
  description: 'A framework or language for which a function can be written as code.',
  values: {
    PYTORCH: 'Python with PyTorch: a function, or an nn.Module if it has parameters.',
    JAX: 'Python with JAX: a function, also of a dictionary of parameters if it has any.',
    TENSORFLOW: 'Python with TensorFlow 2: a function, or a Keras layer if it has parameters.',
    NUMPY: 'Python with NumPy, and SciPy if needed: the function and its derivatives.',
    TENSORFLOW_JS: 'JavaScript with TensorFlow.js: a function, or a layer if it has parameters.',
    JULIA:
      'Julia with NNlib and SpecialFunctions if needed: a function of a number, or a Flux layer if it has parameters.',
    LATEX: 'A formula in LaTeX, with the definitions of the names in it; needs amsmath.',
  },
})
register('GroupKey', GroupKey, {
  description: 'The property that evaluations are grouped by.',
  values: {
    OPERATOR: `One group for each operator. An evaluation is in the group of every operator in its representative
expression.`,
    ROOT_OPERATOR: `One group for each outermost operator of the representative expression;
\`x\` for the input itself.`,
    DEPTH: 'One group for each nesting depth of the representative expression.',
    IS_EVEN: 'Two groups, with the keys `even` and `not even`.',
    IS_ODD: 'Two groups, with the keys `odd` and `not odd`.',
    IS_MONOTONE: 'Two groups, with the keys `monotone` and `not monotone`.',
    IS_BOUNDED: 'Two groups, with the keys `bounded` and `not bounded`.',
    IS_SMOOTH: 'Two groups, with the keys `smooth` and `not smooth`.',
    SYMMETRY: 'Groups with the keys `even`, `odd`, `neither`, and `even and odd` for the function that is 0.',
  },
})
register('ActivationProperty', ActivationProperty, {
  description: 'A property of activation functions that either holds or does not.',
  values: {
    IS_EVEN: 'See ActivationProperties.isEven.',
    IS_ODD: 'See ActivationProperties.isOdd.',
    IS_MONOTONE: 'See ActivationProperties.isMonotone.',
    IS_BOUNDED: 'See ActivationProperties.isBounded.',
    IS_SMOOTH: 'See ActivationProperties.isSmooth.',
  },
})
register('OrderDirection', OrderDirection, {
  description: 'The direction of an order. Missing values come last in both directions.',
  values: { ASCENDING: 'The smallest value comes first.', DESCENDING: 'The largest value comes first.' },
})
register('SurrogateState', SurrogateState, {
  description: 'The state of a surrogate.',
  values: {
    QUEUED: 'The surrogate waits for a worker that fits it.',
    FITTING: 'A worker fits the surrogate.',
    READY: 'The surrogate is fitted and can predict.',
    FAILED: 'The fit failed; `failure` contains the reason.',
  },
})
register('SurrogateAlgorithm', SurrogateAlgorithm, {
  description: 'The prediction method of a surrogate.',
  values: {
    UMAP_KNN: `The method of the Act-Bench paper. UMAP places the functions on a map by their outputs and Fisher
spectra. A prediction comes from the 3 nearest evaluated functions on the map.`,
    GAUSSIAN_PROCESS: `Gaussian processes on the same features and the nearest evaluated functions, weighted by
cross-validation. It also estimates the uncertainty of each prediction, but it has no map.`,
    UPLOADED: `Predictions that a client computed elsewhere (\`uploadSurrogate\`). They answer only if a request names this
surrogate.`,
  },
})
register('TrainingState', TrainingState, {
  description: 'The state of a training job.',
  values: {
    QUEUED: 'The job waits for a worker.',
    RUNNING: 'A worker trains the function.',
    SUCCEEDED: 'The training ended and produced a run.',
    FAILED: 'The training ended without a run; `failure` contains the reason.',
    CANCELLED: 'A client cancelled the job.',
  },
})
register('SearchAlgorithm', SearchAlgorithm, {
  description: 'The method that a search uses to choose suggestions.',
  values: Object.fromEntries(SEARCH_ALGORITHMS.map((name) => [name, STRATEGIES[name].description])),
})
register('SearchState', SearchState, {
  description: 'The state of a search.',
  values: {
    ACTIVE: 'The search can still make suggestions, now or after a lease ends.',
    COMPLETED: 'The search has completed its whole budget, or every function of its schemas.',
    STOPPED: 'A client stopped the search, or too many of its evaluations failed.',
  },
})
register('SearchEndReason', SearchEndReason, {
  description: 'Why a search ended.',
  values: {
    BUDGET_USED: 'It has completed as many suggestions as its budget allows. `extendSearch` continues it.',
    NO_FUNCTION_LEFT:
      'Every function of its schemas (in a replay: every measured function) is evaluated. It stays ended, even if functions are added later.',
    TOO_MANY_FAILURES: `Three times as many evaluations as its budget failed, or were given up after three expired leases.
\`extendSearch\` continues it.`,
    STOPPED: 'A client stopped it with `stopSearch`.',
  },
})
register('SuggestionState', SuggestionState, {
  description: 'The state of a suggestion.',
  values: {
    LEASED: 'A worker leases the suggestion and evaluates it.',
    COMPLETED: 'A client reported the metrics of the suggestion.',
    FAILED: 'A client reported that the evaluation failed.',
    EXPIRED: 'The lease ended before a result was reported. The search can lease the function again.',
  },
})
register('ChangeKind', ChangeKind, {
  description: 'How an evaluation differs between two states of a dataset.',
  values: {
    ADDED: 'Only the later state has it.',
    REMOVED: 'Only the earlier state has it.',
    CHANGED: 'Both have it, with other metrics or other runs.',
  },
})
register('Scope', Scope, {
  description: 'A permission of an API key. Reading needs no key.',
  values: {
    TRAIN: 'Queue trainings, and fit surrogates again.',
    SEARCH: 'Create searches, request suggestions and report evaluations.',
    DATASET: 'Create datasets, delete the datasets that the key owns, and add evaluations to them.',
    ADMIN: 'Manage API keys, and do everything that the other scopes allow.',
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
