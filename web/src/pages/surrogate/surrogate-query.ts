import { graphql, type ResultOf } from '../../api/graphql.js'

/** Costs about 100 units. */
export const VERSIONS = graphql(`
  query SurrogateVersions($name: String!) {
    dataset(name: $name) {
      name
      title
      surrogate { version }
      surrogates(first: 30) {
        totalCount
        nodes {
          version
          algorithm
          name
          features
          state
          progress
          failure
          trainedOn
          leftOut
          candidates
          fittedAt
          fitSeconds
          quality { spearman kendall meanAbsoluteError topRecall intervalCoverage folds }
        }
      }
    }
  }
`)

/**
 * What is wrong with the predictions of measured functions, and the highest and the lowest of them: 400 of each cost 950 of
 * 1,750 units.
 */
const QUARTER = graphql(`
  fragment Quarter on QualityPart {
    functions
    lowestPrediction
    highestPrediction
    bias
    meanAbsoluteError
    intervalCoverage
  }
`)

const PART = graphql(`
  fragment Part on CalibrationPart {
    operator
    functions
    lowestPrediction
    highestPrediction
    meanPrediction
    meanMeasured
    measuredQuartiles
    bias
    meanAbsoluteError
    intervalCoverage
  }
`)

export const PREDICTED = graphql(
  `
  query Predicted($name: String!, $version: Int!, $rows: Int!) {
    dataset(name: $name) {
      surrogate(version: $version) {
        version
        highest: predictions(evaluated: true, first: $rows) {
          totalCount
          nodes { expression mean standardDeviation measured }
        }
        lowest: predictions(evaluated: true, last: $rows) {
          nodes { expression mean standardDeviation measured }
        }
        quality { quarters { ...Quarter } }
        quarters: calibration(parts: 4) { ...Part }
        parts: calibration(parts: 20) { ...Part }
        errorsByOperator(first: 8) { ...Part }
        largestErrors(first: 12) { expression mean standardDeviation measured }
      }
    }
  }
`,
  [PART, QUARTER],
)

export const REFIT = graphql(`
  mutation Refit($input: UpdateSurrogateInput!) {
    updateSurrogate(input: $input) { surrogate { version state } }
  }
`)

export const SURROGATE_CHANGES = graphql(`
  subscription SurrogateChanges($name: String!) {
    surrogateUpdated(dataset: $name) { version state }
  }
`)

export type Part = ResultOf<typeof PART>
export type Quarter = ResultOf<typeof QUARTER>
export type SurrogateVersion = NonNullable<ResultOf<typeof VERSIONS>['dataset']>['surrogates']['nodes'][number]
