import { type Audit, audit } from './audit.js'
import { openCluster } from './cluster.js'
import { createJobClient } from './job-client.js'

export interface RollThroughOptions {
  readonly jobs: number
  readonly servers: number
  readonly workers: number
}

/** Queues the jobs through all servers and restarts (SIGTERM) each process in turn until every job has ended. */
export async function rollThrough({ jobs, servers, workers }: RollThroughOptions): Promise<Rolled> {
  const cluster = await openCluster({ servers, workers, pace: {} })
  try {
    const client = createJobClient(
      cluster.servers.map(({ address }) => address),
      cluster.secret,
    )
    let isQueued = false
    const queued = queueAll(client.queue, jobs).then(() => {
      isQueued = true
    })
    const { prisma } = cluster.database
    const countUnfinished = () => prisma.trainingJob.count({ where: { state: { in: ['QUEUED', 'RUNNING'] } } })
    const processes = [...cluster.servers, ...cluster.workers].map((one) => one.process)
    let restarts = 0
    // Restart each process at least once.
    while (restarts < processes.length || !isQueued || (await countUnfinished()) > 0) {
      await processes[restarts % processes.length].restart()
      restarts++
    }
    await queued
    return { restarts, audit: await audit(cluster.database, client.acknowledged) }
  } finally {
    await cluster.close()
  }
}

export interface Rolled {
  readonly restarts: number
  readonly audit: Audit
}

/** Four clients request at the same time. */
async function queueAll(queue: () => Promise<void>, count: number): Promise<void> {
  let left = count
  const work = async () => {
    while (left-- > 0) await queue()
  }
  await Promise.all([work(), work(), work(), work()])
}
