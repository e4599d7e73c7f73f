import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import { ActbenchError } from '../../errors.js'
import type { Context, Services } from '../../graphql/context.js'
import { admitOperation } from '../../operation-limits/admit-operation.js'
import { checkScopes } from '../../operation-limits/check-scopes.js'
import { findLargeAnswer } from '../../operation-limits/find-large-answer.js'
import { createDocumentValidator } from '../../operation-limits/validate-document.js'

/**
 * Before an operation runs: its document is checked against the limits and the schema, then the scopes of the key; the
 * operation is priced and charged. Remembers to which request an error belongs.
 */
export function operationChecks(
  schema: GraphQLSchema,
  { limits }: Services,
  requestIds: WeakMap<object, string>,
  formatError: (error: unknown) => GraphQLFormattedError,
): ApolloServerPlugin<Context> {
  const validateDocument = createDocumentValidator(schema, limits)
  return {
    async requestDidStart() {
      let problems: readonly GraphQLError[] = []
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          problems = validateDocument(document)
          contextValue.refused = { document, problems: problems.length }
          if (problems.length > 0) throw problems[0]
          if (operation?.operation === 'subscription') {
            throw new ActbenchError('BAD_REQUEST', 'subscriptions are served over web sockets alone: /graphql/ws')
          }
          checkScopes(schema, document, operation?.name?.value, contextValue.viewer)
          // One that the document does not have: execution says so.
          if (!operation) return
          await admitOperation(contextValue, schema, { document, operation, variables: request.variables })
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId)
        },
        async willSendResponse({ response, contextValue }) {
          const { body } = response
          if (body.kind !== 'single') return
          if (problems.length > 1) body.singleResult.errors = problems.map(formatError)
          const large = findLargeAnswer(contextValue, body.singleResult)
          if (large) body.singleResult = { errors: [formatError(large)] }
        },
      }
    },
  }
}
