import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { Planner } from '../../graphql/plans/plan-operation.js'
import type { HttpContext } from './operation-request.js'
import type { ReplicaReads } from './replica-reads.js'

/** What a request asks of a valid document. */
interface Asked {
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
}

export type Executor = ReturnType<typeof createExecutor>

/** Executes queries in the ways that save work: over a copy of the database, and with lists that PostgreSQL writes. */
export function createExecutor(schema: GraphQLSchema, planner: Planner, replicaReads: ReplicaReads) {
  const run = (context: HttpContext, asked: Asked, ofSchema: GraphQLSchema) => {
    const { document, variables: variableValues, operationName } = asked
    return execute({ schema: ofSchema, document, variableValues, operationName, contextValue: context })
  }

  /** The data of a query; null if there is no such way, or if it ends with an error. Then the query runs as it was sent. */
  async function executeCheaply(context: HttpContext, asked: Asked): Promise<Record<string, unknown> | null> {
    const plan = planner.plan(asked.document, asked.operationName)
    const runSilently = async (document: DocumentNode) => {
      const { operationName, variables } = asked
      const { data, errors } = await run(context, { document, operationName, variables }, planner.schema)
      return errors ? null : (data ?? null)
    }
    const data = await replicaReads.execute(context, asked.document, () => runSilently(plan ?? asked.document))
    return data ?? (plan && runSilently(plan))
  }

  return {
    executeCheaply,
    /** The result of a query in any way. */
    async execute(context: HttpContext, asked: Asked): Promise<ExecutionResult> {
      const data = await executeCheaply(context, asked)
      return data ? { data } : run(context, asked, schema)
    },
  }
}
