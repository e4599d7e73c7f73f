import { type ApolloServerPlugin, type GraphQLRequest, HeaderMap } from '@apollo/server'
import { type DocumentNode, execute } from 'graphql'
import type { Context } from '../../graphql/context.js'
import type { Planner } from '../../graphql/plans/plan-operation.js'
import type { KeptAnswers } from './kept-answers.js'
import type { OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import type { ReplicaReads } from './replica-reads.js'
import type { HeaderWriter } from './response-headers.js'

/** Apollo Server copies the context of a request; the copies share the `operation`. */
export interface HttpContext extends Context {
  readonly operation: OperationRequest
}

/** Takes the steps of an operation at the moments that Apollo Server offers: before and after its execution. */
export function apolloSteps(
  steps: OperationSteps,
  planner: Planner,
  replicaReads: ReplicaReads,
  writeHeaders: HeaderWriter,
  keptAnswers: Pick<KeptAnswers, 'declare'>,
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
        async responseForOperation({ document, request, contextValue }) {
          const plan = planner.plan(document, request.operationName)
          const run = (asked: DocumentNode) => executeSilently(planner, asked, request, contextValue)
          const data =
            (await replicaReads.execute(contextValue, document, () => run(plan ?? document))) ??
            (plan && (await run(plan)))
          return (
            data && {
              http: { status: undefined, headers: new HeaderMap() },
              body: { kind: 'single', singleResult: { data } },
            }
          )
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
          steps.refund(operation, body.singleResult)
          const tooLarge = steps.refuseLargeAnswer(operation, body.singleResult)
          if (tooLarge) body.singleResult = { errors: steps.describeErrors(operation, [tooLarge]) }
          writeHeaders(operation, document, request, response)
          if (document && body.singleResult.data && !body.singleResult.errors) keptAnswers.declare(operation, document)
          steps.settle(operation)
          steps.record(operation, String(body.singleResult.errors?.[0]?.extensions?.code ?? 'OK'))
        },
      }
    },
  }
}

/** The data of an operation; null if it has errors. Then the operation runs as it was sent, and reports them. */
async function executeSilently(
  { schema }: Planner,
  document: DocumentNode,
  { variables: variableValues, operationName }: GraphQLRequest,
  contextValue: HttpContext,
): Promise<Record<string, unknown> | null> {
  const { data, errors } = await execute({ schema, document, variableValues, operationName, contextValue })
  return errors ? null : (data ?? null)
}
