/**
 * What each field costs, in units. A unit is what a row with a few fields costs the server, some 50 to 100
 * microseconds of it (bench/reads/operation-cost.ts compares). docs/limits.md shows the same table, and a test compares them.
 */
export interface Price {
  /** Of the field itself, once. */
  readonly own?: number
  /** Of each row beside its fields. @defaultValue 1 for the elements of a list, else 0 */
  readonly row?: number
  /** How many rows come; what is selected below counts for each of them. */
  readonly rows?: Rows
  /** Belongs to each row of the field above it, as `nodes` does to a page. */
  readonly isEach?: boolean
  /** Comes so often as this argument says, where it is given, rather than with each row. */
  readonly counted?: Counted
}

/** A number where no argument says how many; else the argument, a number or a list, and the most that it can ask for. */
export type Rows = number | (Counted & { readonly and?: Rows })

export interface Counted {
  readonly argument: string
  readonly most: number
}

/** Of an operation, whatever it asks for. */
export const OPERATION_PRICE = 1
/** Of a field without an entry: of a leaf, of an object, of each row of a page. */
export const LEAF_PRICE = 0.04
export const OBJECT_PRICE = 1
/** Of a page beside its rows, and of the length of its list: statements. */
export const PAGE_PRICE = 2
export const TOTAL_COUNT_PRICE = 5

/** Of each character of an expression that is asked about, beyond those of a short one. */
export const CHARACTER_PRICE = 0.2
export const SHORT_EXPRESSION = 50

/** Numbers of a vector of outputs, and of the longest published spectrum. */
const OUTPUTS = 1000
const SPECTRUM = 13_700

export const PRICES: Readonly<Record<string, Price>> = {
  'Query.activation': { own: 10 },
  'Query.compare': {
    own: 5,
    row: 5,
    rows: { argument: 'expressions', most: 100, and: { argument: 'datasets', most: 100 } },
  },
  'Query.predict': { own: 20, row: 20, rows: { argument: 'expressions', most: 100 } },
  'Query.operators': { own: 1, row: 0.1, rows: 42 },
  'Query.apiKeys': { own: 2, rows: 20 },
  'ServiceInfo.workers': { own: 2, rows: 10 },
  'Comparison.evaluations': { own: 1, rows: 1 },

  'Activation.evaluations': { own: 1, rows: 5 },
  'Activation.outputs': { own: 1, rows: OUTPUTS },
  'Activation.fisherSpectrum': { own: 5, rows: SPECTRUM },
  'FeatureVector.values': { own: 0.01, isEach: true, counted: { argument: 'limit', most: SPECTRUM } },
  'FeatureVector.base64': { own: 0.002, isEach: true },
  'Activation.curve': { own: 10, row: 0.05, rows: { argument: 'points', most: 2001 } },
  'Activation.gaussianMean': { own: 20 },
  'Activation.gaussianStandardDeviation': { own: 20 },
  'Activation.neighbours': { own: 200, rows: { argument: 'first', most: 100 } },

  'Dataset.evaluation': { own: 10 },
  'Dataset.seedNoise': { own: 50 },
  'Dataset.statistics': { own: 50, rows: { argument: 'bins', most: 500 } },
  'Dataset.groups': { own: 200, rows: 30 },
  'MetricGroup.statistics': { own: 1, rows: 50 },
  'MetricStatistics.histogram': { row: 0.1, isEach: true },
  'Evaluation.rank': { own: 2 },
  'Evaluation.rankInterval': { own: 5 },
  'Evaluation.standardDeviation': { own: 2 },
  'Evaluation.runs': { own: 1, rows: 3 },
  'Evaluation.prediction': { own: 5 },
  'Run.epochs': { own: 1, row: 0.2, rows: 20 },
  'TrainingJob.epochs': { own: 1, row: 0.2, rows: 20 },
  'TrainingJob.queuePosition': { own: 5 },
  'TrainingJob.waitingFor': { own: 5 },

  'Surrogate.prediction': { own: 50 },
  'Prediction.basedOn': { own: 1, rows: 3 },
  'Search.best': { own: 5 },
  'Search.history': { own: 10, row: 0.2, rows: 300 },
  'SuggestPayload.suggestions': { isEach: true },
  'TrainActivationPayload.jobs': { isEach: true },
  'TrainActivationPayload.runs': { isEach: true },

  'Mutation.addEvaluation': { own: 50 },
  'Mutation.cancelTraining': { own: 20 },
  'Mutation.createApiKey': { own: 20 },
  'Mutation.createDataset': { own: 50 },
  'Mutation.createSearch': { own: 100 },
  'Mutation.deleteDataset': { own: 1000 },
  'Mutation.renewLease': { own: 20 },
  'Mutation.reportEvaluation': { own: 50 },
  'Mutation.revokeApiKey': { own: 20 },
  'Mutation.stopSearch': { own: 20 },
  'Mutation.suggest': { own: 200, row: 20, rows: { argument: 'input.count', most: 100 } },
  'Mutation.trainActivation': { own: 50, row: 50, rows: { argument: 'input.seeds', most: 10 } },
  'Mutation.updateSurrogate': { own: 500 },

  // What an explorer asks to learn the schema; their fields are there already and need no database.
  '__Schema.types': { row: 0.1, rows: 150 },
  '__Schema.directives': { row: 0.1, rows: 6 },
  '__Type.fields': { own: 0.1, row: 0.1, rows: 6 },
  '__Type.interfaces': { own: 0.1, row: 0.1, rows: 1 },
  '__Type.possibleTypes': { own: 0.1, row: 0.1, rows: 1 },
  '__Type.enumValues': { own: 0.1, row: 0.1, rows: 2 },
  '__Type.inputFields': { own: 0.1, row: 0.1, rows: 2 },
  '__Field.args': { own: 0.1, row: 0.1, rows: 1 },
  '__Directive.args': { own: 0.1, row: 0.1, rows: 1 },
}

/** The largest page of a list, where it is not 200. */
export const LARGEST_PAGES: Readonly<Record<string, number>> = { 'Surrogate.embedding': 5000 }

/** Of a field of the introspection types without an entry: of a leaf, of an object. */
export const INTROSPECTION_LEAF_PRICE = 0.02
export const INTROSPECTION_OBJECT_PRICE = 0.1
