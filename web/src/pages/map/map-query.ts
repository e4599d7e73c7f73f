import { graphql, type ResultOf } from '../../api/graphql.js'

/** A page of the map. 3,000 points cost 1,350 units. */
export const MAP = graphql(`
  query Map($name: String!, $first: Int!, $after: String) {
    dataset(name: $name) {
      title
      surrogates(first: 6) { nodes { id state } }
      surrogate {
        id
        version
        features
        embedding(first: $first, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { expression x y validationAccuracy predictedMean predictedStandardDeviation }
        }
      }
    }
  }
`)

/** Where a function is on the map of a version of the surrogate, stored or not. */
export const PLACE = graphql(`
  query Place($name: String!, $version: Int!, $expression: String!) {
    activation(expression: $expression) { expression names }
    dataset(name: $name) {
      surrogate(version: $version) {
        prediction(expression: $expression) { mean standardDeviation measured position { x y } }
      }
    }
  }
`)

export const REFITS = graphql(`
  subscription Refits($name: String!) {
    surrogateUpdated(dataset: $name) { id state }
  }
`)

type MapDataset = NonNullable<ResultOf<typeof MAP>['dataset']>
export type MapSurrogate = NonNullable<MapDataset['surrogate']>
export type MapNode = MapSurrogate['embedding']['nodes'][number]
