import { graphql, type ResultOf } from '../../api/graphql.js'

export const FUNCTION = graphql(`
  query FunctionPage($expression: String!) {
    activation(expression: $expression) {
      expression
      names
      depth
      operators
      parameters
      isFinite
      isConstant
      gaussianMean
      gaussianStandardDeviation
      properties {
        isEven
        isOdd
        isMonotone
        isBounded
        isSmooth
        leftSlope
        rightSlope
        valueAtZero
        derivativeAtZero
        turningPoints
        sampled
      }
      equivalents(first: 50) { totalCount nodes pageInfo { hasNextPage endCursor } }
      evaluations {
        id
        validationAccuracy
        testAccuracy
        standardDeviation
        rank
        rankInterval { best worst }
        dataset { name title evaluationCount }
        runCount
      }
    }
  }
`)

/**
 * What each dataset's surrogate says, also of the true value of a measured function. A function that cannot be predicted gives an
 * error for each of them.
 */
export const PREDICTIONS = graphql(`
  query Predictions($expression: String!) {
    datasets(first: 12) {
      totalCount
      nodes {
        name
        title
        trainable
        surrogate { version prediction(expression: $expression) { mean standardDeviation } }
        evaluation(expression: $expression) { shrunk { value lowest highest } }
      }
    }
  }
`)

/** Further spellings of a function: they are texts, so that many cost little. */
export const SPELLINGS = graphql(`
  query Spellings($expression: String!, $after: String) {
    activation(expression: $expression) {
      equivalents(first: 200, after: $after) { nodes pageInfo { hasNextPage endCursor } }
    }
  }
`)

export const LEARNING_CURVES = graphql(`
  query LearningCurves($expression: String!) {
    activation(expression: $expression) {
      evaluations {
        dataset { name title }
        runs { id seed endReason epochs { epoch trainAccuracy validationAccuracy } }
      }
    }
  }
`)

export const NEIGHBOURS = graphql(`
  query Neighbours($expression: String!) {
    activation(expression: $expression) {
      neighbours(first: 8) {
        distance
        activation {
          expression
          names
          evaluations { validationAccuracy dataset { name } }
        }
      }
    }
  }
`)

export const SPECTRUM = graphql(`
  query Spectrum($expression: String!, $dataset: String!) {
    activation(expression: $expression) {
      fisherSpectrum(dataset: $dataset) { length values }
      fisherSpectrumFailure(dataset: $dataset)
    }
  }
`)

export const TRAIN = graphql(`
  mutation Train($input: TrainActivationInput!) {
    trainActivation(input: $input) {
      jobs { id }
      runs { id seed validationAccuracy }
    }
  }
`)

export const JOB = graphql(`
  subscription Job($id: ID!) {
    trainingJob(id: $id) {
      id
      seed
      state
      progress
      imagesPerSecond
      expectedEndAt
      failure
      waitingFor
      queuePosition
      epochs { epoch trainAccuracy validationAccuracy }
      run { validationAccuracy endReason }
    }
  }
`)

export type FunctionDetails = NonNullable<ResultOf<typeof FUNCTION>['activation']>
export type PredictedDataset = ResultOf<typeof PREDICTIONS>['datasets']['nodes'][number]
export type Job = ResultOf<typeof JOB>['trainingJob']
