// The rules of @graphql-eslint for Relay: npm ci && npx eslint ../../schema.graphql
import graphql from '@graphql-eslint/eslint-plugin'

const schema = new URL('../../schema.graphql', import.meta.url).pathname

export default [
  {
    basePath: new URL('../..', import.meta.url).pathname,
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/relay-connection-types': 'error',
      '@graphql-eslint/relay-arguments': 'error',
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          // Predictions, points of a map and expressions have no id of their own.
          shouldImplementNode: false,
          // Connections have `nodes` besides `edges`, and short lists are no connections.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
    },
  },
]
