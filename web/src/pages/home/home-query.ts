import { graphql, type ResultOf } from '../../api/graphql.js'

/** Costs about 90 units for each dataset that may come, whether it is there or not. */
export const HOME = graphql(`
  query Home {
    datasets(first: 12) {
      totalCount
      nodes {
        name
        title
        architecture
        task
        evaluationCount
        statistics(bins: 32) {
          histogram { from to count }
        }
        leaderboard(first: 1) {
          nodes { id expression validationAccuracy activation { names } }
        }
      }
    }
  }
`)

export type HomeDataset = ResultOf<typeof HOME>['datasets']['nodes'][number]
