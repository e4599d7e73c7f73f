import type { FastifyInstance } from 'fastify'
import type { Database } from '../../db/connection/client.js'
import type { GracefulShutdown } from './graceful-shutdown.js'

/** How long a question for readiness may take. */
const PATIENCE_MILLISECONDS = 2000

/** Serves /healthz (the process lives) and /readyz (200 once the database answers, is migrated and seeded; else 503). */
export function addHealth(
  app: FastifyInstance,
  { pool }: Database,
  shutdown: Pick<GracefulShutdown, 'isInProgress'>,
): void {
  const readMissing = shareAnswer(() => findMissing(pool))
  app.get('/healthz', async () => ({ status: 'alive' }))
  app.get('/readyz', async (_request, reply) => {
    const missing = shutdown.isInProgress ? 'the server is closing' : await readMissing()
    if (missing) return reply.code(503).header('retry-after', '1').send({ status: 'not ready', missing })
    return { status: 'ready' }
  })
}

/** Who asks while a question is under way gets its answer: anybody may ask, and the connections are for operations. */
function shareAnswer<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let inProgress: Promise<Answer> | null = null
  return () => {
    inProgress ??= ask().finally(() => {
      inProgress = null
    })
    return inProgress
  }
}

async function findMissing(pool: Database['pool']): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<string>((done) => {
    timer = setTimeout(() => done('the database does not answer'), PATIENCE_MILLISECONDS)
  })
  const question = pool.query('select exists (select from activations) as "isSeeded"').then(
    ({ rows }) => (rows[0].isSeeded ? null : 'the shipped data are not imported yet'),
    (error: { code?: string }) =>
      error.code === UNDEFINED_TABLE ? 'the database is not migrated yet' : 'the database is not reachable',
  )
  try {
    return await Promise.race([question, patience])
  } finally {
    clearTimeout(timer)
  }
}

const UNDEFINED_TABLE = '42P01'
