// The documents of test/http/clients/relay.test.ts. `node compile-relay.mjs` compiles them to test/data/relay/.
import { graphql } from 'relay-runtime'

graphql`
  query relayDocumentsLeaderboardQuery($dataset: String!) {
    dataset(name: $dataset) {
      id
      ...relayDocuments_dataset
    }
  }
`

graphql`
  fragment relayDocuments_dataset on Dataset
  @refetchable(queryName: "relayDocumentsLeaderboardPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    leaderboard(first: $count, after: $cursor) @connection(key: "relayDocuments_leaderboard") {
      edges {
        node {
          id
          expression
          rank
        }
      }
    }
  }
`

graphql`
  query relayDocumentsActivationQuery($expression: String!) {
    activation(expression: $expression) {
      id
      ...relayDocuments_activation
    }
  }
`

graphql`
  fragment relayDocuments_activation on Activation @refetchable(queryName: "relayDocumentsActivationRefetchQuery") {
    expression
    depth
  }
`

graphql`
  subscription relayDocumentsEvaluationsSubscription($dataset: String!) {
    evaluations(dataset: $dataset) {
      id
      expression
      validationAccuracy
    }
  }
`
