import { graphql, type ResultOf } from '../../api/graphql.js'

/** The snapshots and verifications of a dataset. */
export const SNAPSHOTS = graphql(`
  query Snapshots($name: String!) {
    dataset(name: $name) {
      snapshots(first: 20) {
        totalCount
        nodes { name createdAt evaluationCount runCount checksum citation previousName added removed changed deletedAt deletionReason }
      }
      verifications(first: 1) {
        createdAt datasetVersion runs identical close different failed backend device softwareVersion
      }
    }
  }
`)

/** The best functions of a snapshot, and what changed since. */
export const SNAPSHOT_DETAILS = graphql(`
  query SnapshotDetails($name: String!, $snapshot: String!) {
    dataset(name: $name) {
      snapshot(name: $snapshot) { leaderboard(first: 10) { nodes { rank expression validationAccuracy runCount } } }
      changes(from: $snapshot, first: 10) {
        totalCount
        nodes { kind expression before { validationAccuracy } after { validationAccuracy } }
      }
    }
  }
`)

type Listed = NonNullable<ResultOf<typeof SNAPSHOTS>['dataset']>
export type ListedSnapshot = Listed['snapshots']['nodes'][number]
export type ListedVerification = Listed['verifications'][number]
