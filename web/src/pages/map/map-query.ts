import { graphql, type ResultOf } from '../../api/graphql.js'

/** A page of the map. 3,000 points cost 1,350 units. */
export const MAP = graphql(`
  query Map($name: String!, $first: Int!, $after: String, $features: [FeatureSpace!], $isFirst: Boolean!) {
    dataset(name: $name) {
      title
      surrogates(first: 6) { nodes { id state } }
      surrogate {
        id
        version
        bySpectra: embedding(first: 1, features: [FISHER_SPECTRUM]) @include(if: $isFirst) { nodes { x } }
        embedding(first: $first, after: $after, features: $features) {
          totalCount @include(if: $isFirst)
          pageInfo { hasNextPage endCursor }
          nodes { expression x y validationAccuracy predictedMean predictedStandardDeviation }
        }
      }
    }
  }
`)

/** The points of a first visit: they cost 1,350 of its 2,000 units. */
export const FIRST_POINTS = 3000

/** Where a function is on a map of a version of the surrogate, stored or not. */
export const PLACE = graphql(`
  query Place($name: String!, $version: Int!, $expression: String!, $features: [FeatureSpace!]) {
    activation(expression: $expression) { expression names }
    dataset(name: $name) {
      surrogate(version: $version) {
        prediction(expression: $expression) { mean standardDeviation measured position(features: $features) { x y } }
      }
    }
  }
`)

export const REFITS = graphql(`
  subscription Refits($name: String!) {
    surrogateUpdated(dataset: $name) { id state }
  }
`)

/** The maps of a surrogate. That by both is the default, also of a surrogate that has only outputs. */
export const MAPS: Readonly<Record<MapName, { title: string; features: ('OUTPUTS' | 'FISHER_SPECTRUM')[] | null }>> = {
  both: { title: 'Outputs and spectra', features: null },
  outputs: { title: 'Outputs', features: ['OUTPUTS'] },
  spectra: { title: 'Spectra', features: ['FISHER_SPECTRUM'] },
}

export type MapName = 'both' | 'outputs' | 'spectra'

type MapDataset = NonNullable<ResultOf<typeof MAP>['dataset']>
export type MapSurrogate = NonNullable<MapDataset['surrogate']>
export type MapNode = MapSurrogate['embedding']['nodes'][number]
