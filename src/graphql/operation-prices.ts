import { MAX_EXPRESSION_LENGTH } from '../activations/parse-tree.js'
import type { Price, PriceList } from '../operation-limits/prices.js'
import { MAX_LISTED_ROWS } from '../services/surrogates/read-upload.js'
import { countFileCharacters } from '../services/surrogates/uploaded-file.js'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './relay/page-sizes.js'

/** Length of a vector of outputs, and of the longest published spectrum. */
const OUTPUTS = 1000
const SPECTRUM = 13_700

/** The prices of fields. docs/limits.md shows the same table; a test compares them. */
export const FIELD_PRICES: Readonly<Record<string, Price>> = {
  'Query.nodes': { row: 2, rows: { argument: 'ids', most: 100 } },
  'Query.activation': { own: 10 },
  'Query.compare': {
    own: 5,
    row: 5,
    rows: { argument: 'expressions', most: 100, and: { argument: 'datasets', most: 100 } },
  },
  'Query.predict': { own: 20, row: 20, rows: { argument: 'expressions', most: 100 } },
  'Query.completeExpression': { own: 20 },
  'Query.operators': { own: 1, row: 0.1, rows: 60 },
  'Query.apiKeys': { own: 2, rows: 20 },
  'ServiceInfo.workers': { own: 2, rows: 10 },
  'Comparison.evaluations': { own: 1, rows: 1 },
  'Completion.suggestions': { row: 0.1, rows: 20 },

  'KnownFunction.activation': { own: 5 },
  'Activation.evaluations': { own: 1, rows: 5 },
  'Activation.outputs': { own: 1, rows: OUTPUTS },
  'Activation.fisherSpectrum': { own: 5, rows: SPECTRUM },
  'FeatureVector.values': { own: 0.01, isEach: true, counted: { argument: 'limit', most: SPECTRUM } },
  'FeatureVector.base64': { own: 0.002, isEach: true },
  'Activation.curve': { own: 10, row: 0.05, rows: { argument: 'points', most: 2001 } },
  'Activation.code': { own: 50 },
  'Activation.gaussianMean': { own: 20 },
  'Activation.gaussianStandardDeviation': { own: 20 },
  'Activation.properties': { own: 10 },
  'Activation.prediction': { own: 20 },
  'Activation.neighbours': { own: 200, rows: { argument: 'first', most: 100 } },
  'Activation.scaledTwins': { own: 5, rows: { argument: 'first', most: 100 } },

  'Dataset.evaluation': { own: 10 },
  'Dataset.snapshot': { own: 5 },
  'Dataset.changes': { own: 500, row: 1 },
  'Dataset.verifications': { own: 2, rows: { argument: 'first', most: 100 } },
  'Snapshot.leaderboard': { own: 20, row: 1 },
  'Dataset.recipe': { own: 5 },
  'Dataset.seedNoise': { own: 50 },
  'Dataset.statistics': { own: 50, rows: { argument: 'bins', most: 500 } },
  'Dataset.groups': { own: 200, rows: 30 },
  'MetricGroup.statistics': { own: 1, rows: 50 },
  'MetricStatistics.histogram': { row: 0.1, isEach: true },
  'Evaluation.rank': { own: 2 },
  'Evaluation.rankInterval': { own: 5 },
  'Evaluation.tieGroup': { own: 5 },
  'Evaluation.comparedWith': { own: 10 },
  'EvaluationComparison.adjustedPValue': { own: 5 },
  'Evaluation.standardDeviation': { own: 2 },
  'Evaluation.runs': { own: 1, rows: 3 },
  'Evaluation.prediction': { own: 5 },
  'Evaluation.shrunk': { own: 10 },
  'Run.epochs': { own: 1, row: 0.2, rows: 20 },
  'Run.learnedParameters': { own: 0.2, row: 0.1, rows: 3 },
  'TrainingJob.epochs': { own: 1, row: 0.2, rows: 20 },
  'TrainingJob.queuePosition': { own: 5 },
  'TrainingJob.waitingFor': { own: 5 },

  'Surrogate.prediction': { own: 50 },
  'Surrogate.qualityAfterUpload': { own: 100 },
  // Each reads all points of the fit, 20,000 at most.
  'SurrogateQuality.quarters': { row: 0.2, rows: 4 },
  'Surrogate.calibration': { own: 200, rows: { argument: 'parts', most: 100 } },
  'Surrogate.errorsByOperator': { own: 300, rows: { argument: 'first', most: 100 } },
  'Surrogate.largestErrors': { own: 100, rows: { argument: 'first', most: 100 } },
  // One statement reads the points of a page, and a point has no objects in it.
  'EmbeddingConnection.nodes': { row: 0.2, isEach: true },
  'Prediction.basedOn': { own: 1, rows: 3 },
  'Prediction.position': { own: 20 },
  'Search.best': { own: 5 },
  'Search.failed': { own: 5 },
  'Search.history': { own: 10, row: 0.2, rows: 300 },
  'Search.passedOver': { own: 5, rows: { argument: 'first', most: 100 } },
  'Search.waitingFor': { own: 5 },
  'SuggestPayload.suggestions': { isEach: true },
  'TrainActivationPayload.jobs': { isEach: true },
  'TrainActivationPayload.runs': { isEach: true },
  'AddEvaluationsPayload.evaluations': { isEach: true },
  'ReportEvaluationsPayload.reports': { isEach: true },

  'Mutation.addEvaluation': { own: 50 },
  'Mutation.addEvaluations': { own: 50, row: 10, rows: { argument: 'input.rows', most: 1000 } },
  'Mutation.addFisherSpectra': { own: 50, row: 10, rows: { argument: 'input.rows', most: 1000 } },
  'Mutation.cancelTraining': { own: 20 },
  'Mutation.createApiKey': { own: 20 },
  'Mutation.createDataset': { own: 50 },
  'Mutation.createSnapshot': { own: 1000 },
  'Mutation.createSearch': { own: 100 },
  'Mutation.deleteDataset': { own: 1000 },
  'Mutation.deleteFisherSpectra': { own: 1000 },
  'Mutation.deleteRun': { own: 50 },
  'Mutation.deleteSnapshot': { own: 1000 },
  'Mutation.deleteSearch': { own: 100 },
  'Mutation.deleteSurrogate': { own: 500 },
  'Mutation.extendSearch': { own: 20 },
  'Mutation.renewLease': { own: 20 },
  'Mutation.reportEvaluation': { own: 50 },
  'Mutation.reportEvaluations': { own: 10, row: 50, rows: { argument: 'input.reports', most: 100 } },
  'Mutation.revokeApiKey': { own: 20 },
  'Mutation.stopSearch': { own: 20 },
  'Mutation.suggest': { own: 200, row: 20, rows: { argument: 'input.count', most: 100 } },
  'Mutation.trainActivation': { own: 50, row: 50, rows: { argument: 'input.seeds', most: 10 } },
  'Mutation.updateDataset': { own: 50 },
  'Mutation.updateSurrogate': { own: 500 },
  'Mutation.uploadSurrogate': {
    own: 100,
    row: 1,
    rows: { argument: 'input.rows', most: MAX_LISTED_ROWS },
    text: { argument: 'input.file', character: 0.006, count: countFileCharacters },
  },

  // Introspection, which API explorers request first. It needs no database.
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

/** The prices of this API. */
export const PRICE_LIST: PriceList = {
  fields: FIELD_PRICES,
  pages: {
    defaultSize: DEFAULT_PAGE_SIZE,
    maxSize: MAX_PAGE_SIZE,
    maxSizes: { 'Surrogate.embedding': 5000, 'Surrogate.predictions': 5000 },
  },
  texts: {
    arguments: ['expression', 'expressions', 'text'],
    maxLength: MAX_EXPRESSION_LENGTH,
    // The text of completeExpression.
    unstored: ['text'],
  },
}
