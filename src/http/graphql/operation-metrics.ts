import type { ApolloServerPlugin } from '@apollo/server'
import type { Context } from '../../graphql/context.js'
import type { RequestGate } from '../requests/request-gate.js'

/** Notes each operation over HTTP once it is answered. */
export function operationMetrics(gate: RequestGate): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const startedAt = performance.now()
      return {
        async willSendResponse({ response, operation, operationName, contextValue }) {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined
          gate.note({
            requestId: contextValue.requestId,
            transport: 'http',
            viewer: contextValue.viewer,
            startedAt,
            name: operationName,
            type: operation?.operation ?? 'none',
            code: String(errors?.[0]?.extensions?.code ?? 'OK'),
          })
        },
      }
    },
  }
}
