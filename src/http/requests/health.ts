import type { FastifyInstance } from 'fastify'
import type { Database } from '../../db/connection/client.js'
import { hasActivations } from '../../db/operation/has-activations.js'
import type { GracefulShutdown } from './graceful-shutdown.js'
import { within } from './within.js'

/** How long /readyz waits for the database. */
const PATIENCE_MILLISECONDS = 2000

/** Serves /healthz (the process lives) and /readyz (200 if the database answers and has its migrations and data, else 503). */
export function addHealth(
  app: FastifyInstance,
  database: Database,
  shutdown: Pick<GracefulShutdown, 'isInProgress'>,
): void {
  const readMissing = shareAnswer(() => {
    return within(PATIENCE_MILLISECONDS, findMissing(database), 'the database does not answer')
  })
  const method = ['GET', 'HEAD']
  app.route({ method, url: '/healthz', handler: async () => ({ status: 'alive' }) })
  app.route({
    method,
    url: '/readyz',
    handler: async (_request, reply) => {
      const missing = shutdown.isInProgress ? 'the server is closing' : await readMissing()
      if (missing) return reply.code(503).header('retry-after', '1').send({ status: 'not ready', missing })
      return { status: 'ready' }
    },
  })
}

/** Requests at the same moment share one answer: anybody may ask, and the connections are for operations. */
function shareAnswer<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let current: Promise<Answer> | null = null
  return () => {
    current ??= ask().finally(() => {
      current = null
    })
    return current
  }
}

async function findMissing({ kysely }: Database): Promise<string | null> {
  try {
    return (await hasActivations(kysely)) ? null : 'the shipped data are not imported yet'
  } catch (error) {
    const { code } = error as { code?: string }
    return code === UNDEFINED_TABLE ? 'the database is not migrated yet' : 'the database is not reachable'
  }
}

const UNDEFINED_TABLE = '42P01'
