import type { FieldReads } from '../operation-limits/find-reads.js'

/** Functions, whatever was measured. */
const FUNCTIONS = ['activations', 'expressions', 'activation_properties', 'activation_outputs'] as const
/** What was measured. A training writes most of these tables at once. */
const RESULTS = [
  ...FUNCTIONS,
  'datasets',
  'task_definitions',
  'evaluations',
  'source_rows',
  'runs',
  'run_epochs',
] as const
/** What was kept of it. */
const KEPT = [...RESULTS, 'snapshots', 'verifications'] as const
/** What is predicted, or similar. */
const MODELS = [
  ...RESULTS,
  'fisher_spectra',
  'surrogates',
  'surrogate_points',
  'surrogate_artifacts',
  'uploaded_predictions',
] as const

const METRICS = `trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds`
const CONNECTION = 'edges nodes pageInfo totalCount'
const EDGE = 'cursor node'

/**
 * Which tables the fields of this API are read from. A server keeps an answer only if all of its fields are listed here, and
 * only until one of their tables changes. The migration `*_tell_changed_tables` has a trigger for each table.
 */
export const FIELD_READS: FieldReads = declare([
  ['Query', FUNCTIONS, 'activation activations knownFunctions'],
  ['Query', RESULTS, 'dataset datasets compare'],
  ['Query', [], 'operators completeExpression'],

  [
    'Activation',
    FUNCTIONS,
    `id expression names operators depth isFinite isConstant parameters gaussianMean gaussianStandardDeviation equivalents
    outputs curve properties`,
  ],
  ['Activation', [...FUNCTIONS, 'activation_shapes'], 'scaledTwins'],
  ['Activation', RESULTS, 'code evaluation evaluations'],
  ['Activation', MODELS, 'fisherSpectrum fisherSpectrumFailure neighbours prediction'],
  [
    'ActivationProperties',
    FUNCTIONS,
    `isEven isOdd isMonotone isBounded isSmooth valueAtZero derivativeAtZero leftSlope rightSlope turningPoints sampled`,
  ],
  ['CurvePoint', [], 'x y derivative'],
  ['FeatureVector', [], 'length values base64'],
  ['Neighbour', MODELS, 'activation distance'],
  ['KnownFunction', FUNCTIONS, 'activation aliases expression name reference year'],
  ['Comparison', RESULTS, 'activation evaluations expression'],
  ['Operator', [], 'aliases arity definition inActBench name'],
  ['Completion', [], 'expression position problem suggestions'],
  ['CompletionSuggestion', [], 'detail label text'],

  [
    'Dataset',
    RESULTS,
    `id name version title description architecture task origin license citation sourceUrl sourceChecksum sourceBytes
    trainable searchSpace recipe recipeDescription fisherSpectrumLength createdAt updatedAt evaluation evaluationCount
    evaluations leaderboard groups runs seedNoise statistics`,
  ],
  ['Dataset', MODELS, 'surrogate surrogates'],
  ['Dataset', KEPT, 'snapshot snapshots changes verifications'],
  ['EvaluationChange', KEPT, 'kind expression activation before after'],
  ['EvaluationState', [], 'validationAccuracy testAccuracy runCount'],
  [
    'Verification',
    [],
    `datasetVersion createdAt seed runs identical close different failed tolerance backend device host softwareVersion
    storedBackends problems`,
  ],
  [
    'Snapshot',
    KEPT,
    `id name dataset datasetVersion createdAt evaluationCount runCount checksum size isShipped previousName added removed
    changed deletedAt deletionReason citation leaderboard`,
  ],
  ['SnapshotRow', KEPT, 'rank expression value activation validationAccuracy testAccuracy runCount'],
  ['MetricGroup', RESULTS, 'key statistics'],
  ['MetricStatistics', RESULTS, 'metric count minimum maximum mean standardDeviation quartiles histogram'],
  ['HistogramBin', [], 'from to count'],
  ['SeedNoise', RESULTS, 'standardDeviation evaluations runs'],

  [
    'Evaluation',
    RESULTS,
    `id expression createdAt activation dataset rank rankInterval runCount runs standardDeviation tieGroup
    comparedWith value ${METRICS}`,
  ],
  ['Evaluation', MODELS, 'prediction shrunk'],
  ['ShrunkEstimate', [], 'value lowest highest weight reason'],
  ['RankInterval', [], 'best worst'],
  [
    'EvaluationComparison',
    RESULTS,
    'evaluation other metric difference standardError degreesOfFreedom pValue adjustedPValue commonSeeds verdict',
  ],
  // Without trainingJob, whose state changes from second to second.
  [
    'Run',
    RESULTS,
    `id seed backend device softwareVersion datasetVersion createdAt metadata learnedParameters endReason evaluation epochs ${METRICS}`,
  ],
  ['EpochMetrics', RESULTS, 'epoch trainAccuracy trainLoss validationAccuracy validationLoss'],
  ['LearnedParameter', [], 'name initialValue values'],

  // Without progress, which changes from second to second.
  [
    'Surrogate',
    MODELS,
    `id version algorithm name features state failure trainedOn leftOut candidates fittedAt fitSeconds quality
    qualityAfterUpload dataset embedding
    prediction predictions calibration errorsByOperator largestErrors`,
  ],
  ['SurrogateQuality', [], 'folds functions intervalCoverage kendall meanAbsoluteError quarters spearman topRecall'],
  ['QualityPart', [], 'functions lowestPrediction highestPrediction bias meanAbsoluteError intervalCoverage'],
  ['EmbeddingPoint', MODELS, 'activation expression x y validationAccuracy predictedMean predictedStandardDeviation'],
  ['MapPosition', [], 'x y'],
  [
    'CalibrationPart',
    MODELS,
    `operator functions lowestPrediction highestPrediction meanPrediction meanMeasured measuredQuartiles bias
    meanAbsoluteError intervalCoverage`,
  ],
  ['Prediction', MODELS, 'activation basedOn expression features mean measured position standardDeviation surrogate'],

  ...connection('Activation', FUNCTIONS),
  ...connection('Expression', FUNCTIONS),
  ...connection('KnownFunction', FUNCTIONS),
  ...connection('Dataset', RESULTS),
  ...connection('Evaluation', RESULTS),
  ...connection('Run', RESULTS),
  ...connection('Embedding', MODELS),
  ...connection('Prediction', MODELS),
  ...connection('Surrogate', MODELS),
  ...connection('Snapshot', KEPT),
  ...connection('SnapshotRow', KEPT),
  ...connection('EvaluationChange', KEPT),
  ['PageInfo', [], 'hasNextPage hasPreviousPage startCursor endCursor'],
])

type Declaration = readonly [type: string, tables: readonly string[], fields: string]

function connection(name: string, tables: readonly string[]): Declaration[] {
  return [
    [`${name}Connection`, tables, CONNECTION],
    [`${name}Edge`, tables, EDGE],
  ]
}

function declare(declarations: readonly Declaration[]): FieldReads {
  const types = new Map<string, Map<string, readonly string[]>>()
  for (const [type, tables, fields] of declarations) {
    const known = types.get(type) ?? new Map<string, readonly string[]>()
    types.set(type, known)
    for (const field of fields.split(/\s+/)) known.set(field, tables)
  }
  return types
}
