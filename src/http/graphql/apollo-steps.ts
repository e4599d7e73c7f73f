import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import type { Executor } from './execute-operation.js'
import type { AnswerFinisher } from './finish-answer.js'
import type { HttpContext } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'

/** Takes the steps of an operation at the moments that Apollo Server offers: before and after its execution. */
export function apolloSteps(
  steps: OperationSteps,
  executor: Executor,
  finish: AnswerFinisher,
): ApolloServerPlugin<HttpContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation: parsed, request, contextValue: { operation } }) {
          steps.validate(operation, document, parsed ?? null)
          steps.authorize(operation, document, parsed?.name?.value)
          // If the document does not have the operation, its execution says so.
          if (parsed) await steps.charge(operation, { document, operation: parsed, variables: request.variables })
        },
        async responseForOperation({ document, request: { operationName, variables }, contextValue }) {
          const data = await executor.executeCheaply(contextValue, { document, operationName, variables })
          return (
            data && {
              http: { status: undefined, headers: new HeaderMap() },
              body: { kind: 'single', singleResult: { data } },
            }
          )
        },
        async willSendResponse({ contextValue, operation: parsed, errors, document, request: { http }, response }) {
          const hasKey = http?.headers.has('authorization') ?? false
          const over = { method: http?.method, accept: http?.headers.get('accept'), hasKey }
          finish(contextValue.operation, { document, parsed, errors }, over, response)
        },
      }
    },
  }
}
