import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '../wait-until.js'
import type { Cluster } from './cluster.js'
import type { JobClient } from './job-client.js'
import type { ReadyProcess } from './kept-process.js'

/** The environment of a fault. */
export interface Scene {
  readonly cluster: Cluster
  readonly client: JobClient
  readonly random: () => number
  /**
   * Called when the measurement of the recovery starts: at the repair, or at the fault if nothing is repaired. `until` names
   * the parts that must recover in addition to the trainings.
   */
  mark(until?: Promise<unknown>): void
}

/** Breaks something and repairs it. */
export type Fault = (scene: Scene) => Promise<void>

/** The kinds of faults. Each happens at a random moment, and those of workers in the middle of a training. */
export const FAULTS = {
  'kill -9 of a worker': async ({ cluster, mark }) => {
    const { child } = await findBusy(cluster)
    child.kill('SIGKILL')
    mark()
  },

  'kill -9 of a server': async ({ cluster, client, random, mark }) => {
    const [{ child }] = await Promise.all(cluster.servers.map(({ process }) => process.ready()))
    // The server dies during a request. The client repeats it until it is answered.
    const answered = client.queue()
    await sleep(random() * 100)
    child.kill('SIGKILL')
    mark(answered)
  },

  'kill -9 of PostgreSQL': async ({ cluster, random, mark }) => {
    await cluster.killPostgres(random() * 3000)
    mark()
  },

  'worker stopped past the limit, then continued': async ({ cluster, random, mark }) => {
    const { child, workerId, exited } = await findBusy(cluster)
    child.kill('SIGSTOP')
    mark()
    // The worker's row is deleted when its jobs are given to others.
    await waitUntil(async () => (await cluster.database.prisma.worker.count({ where: { id: workerId } })) === 0)
    await sleep(random() * 2000)
    child.kill('SIGCONT')
    const status = await exited
    if (status !== 75) throw new Error(`the late worker ended with ${status}, not 75`)
  },

  'silent cut between worker and database': async ({ cluster, random, mark }) => {
    const { proxy } = await findBusy(cluster)
    proxy.cut()
    // Half of the cuts outlast the limit: then the job goes to another worker.
    await sleep(random() * 2000 * (cluster.pace.silentSeconds ?? 40))
    proxy.repair()
    mark()
  },
} satisfies Record<string, Fault>

export type FaultKind = keyof typeof FAULTS

interface BusyWorker extends ReadyProcess {
  readonly child: ChildProcess
  readonly workerId: number
  readonly proxy: Cluster['workers'][number]['proxy']
}

/** A worker that trains now. */
function findBusy({ workers, database }: Cluster): Promise<BusyWorker> {
  return waitUntil(async () => {
    const jobs = await database.prisma.trainingJob.findMany({ where: { state: 'RUNNING' }, select: { workerId: true } })
    for (const { process, proxy } of workers) {
      const ready = await Promise.race([process.ready(), sleep(50, null)])
      const { workerId } = (ready?.message ?? {}) as { workerId?: number }
      if (ready && workerId !== undefined && jobs.some((job) => job.workerId === workerId)) {
        return { ...ready, workerId, proxy }
      }
    }
    return null
  })
}
