import type { ApolloServerPlugin } from '@apollo/server'
import type { Context } from '../../graphql/context.js'
import type { OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import type { HeaderWriter } from './response-headers.js'

/** Apollo Server copies the context of a request; the copies share the `operation`. */
export interface HttpContext extends Context {
  readonly operation: OperationRequest
}

/** Takes the steps of an operation at the moments that Apollo Server offers: before and after its execution. */
export function apolloSteps(steps: OperationSteps, writeHeaders: HeaderWriter): ApolloServerPlugin<HttpContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation: parsed, request, contextValue: { operation } }) {
          steps.validate(operation, document, parsed ?? null)
          steps.authorize(operation, document, parsed?.name?.value)
          // If the document does not have the operation, its execution says so.
          if (parsed) await steps.charge(operation, { document, operation: parsed, variables: request.variables })
        },
        async willSendResponse({
          contextValue: { operation },
          operation: parsed,
          errors,
          document,
          request,
          response,
        }) {
          const { body } = response
          if (body.kind !== 'single') return
          operation.name = parsed?.name?.value
          operation.type = parsed?.operation ?? 'none'
          if (errors) body.singleResult.errors = steps.describeErrors(operation, errors)
          const tooLarge = steps.refuseLargeAnswer(operation, body.singleResult)
          if (tooLarge) body.singleResult = { errors: steps.describeErrors(operation, [tooLarge]) }
          writeHeaders(operation, document, request, response)
          steps.settle(operation)
          steps.record(operation, String(body.singleResult.errors?.[0]?.extensions?.code ?? 'OK'))
        },
      }
    },
  }
}
