import { setTimeout as sleep } from 'node:timers/promises'
import { throughOutage } from '../../../src/db/connection/connection-errors.js'
import { waitUntil } from '../wait-until.js'
import { type Audit, audit } from './audit.js'
import { type Cluster, type ClusterOptions, openCluster } from './cluster.js'
import { FAULTS, type FaultKind } from './faults.js'
import { createJobClient, type JobClient } from './job-client.js'

/** One fault and its consequences. */
export interface FaultRecord {
  readonly kind: FaultKind
  /** Number of trainings that were RUNNING. */
  readonly inFlight: number
  /** Time from the repair until each of them had recorded another epoch or ended. */
  readonly recoverySeconds: number
}

export interface FaultRun {
  readonly faults: readonly FaultRecord[]
  readonly audit: Audit
}

export interface FaultRunOptions extends ClusterOptions {
  readonly kinds: readonly FaultKind[]
  /** From 0 to 1. */
  readonly random: () => number
  onFault?(record: FaultRecord): void
}

/** Opens a cluster, causes these faults one after the other while trainings run, and counts the results of the jobs. */
export async function runFaults(options: FaultRunOptions): Promise<FaultRun> {
  const cluster = await openCluster(options)
  try {
    const addresses = cluster.servers.map(({ address }) => address)
    const client = createJobClient(addresses, cluster.secret)
    const faults: FaultRecord[] = []
    for (const kind of options.kinds) {
      const record = await breakOnce(cluster, client, kind, options)
      faults.push(record)
      options.onFault?.(record)
    }
    return { faults, audit: await audit(cluster.database, client.acknowledged) }
  } finally {
    await cluster.close()
  }
}

async function breakOnce(
  cluster: Cluster,
  client: JobClient,
  kind: FaultKind,
  { workers, random }: FaultRunOptions,
): Promise<FaultRecord> {
  await keepQueued(cluster, client, workers + 2)
  await waitUntil(async () => (await countEpochs(cluster)).size > 0)
  await sleep(random() * 1500)
  const ids = [...(await countEpochs(cluster)).keys()]
  let recovered: Promise<number> | undefined
  const mark = (until?: Promise<unknown>) => {
    recovered = measureRecovery(cluster, ids, until)
  }
  await FAULTS[kind]({ cluster, client, random, mark })
  return { kind, inFlight: ids.length, recoverySeconds: (await recovered) ?? Number.NaN }
}

/** Seconds until each of these jobs has made progress and the other condition is met. */
async function measureRecovery(cluster: Cluster, ids: number[], until?: Promise<unknown>): Promise<number> {
  const at = performance.now()
  const before = await countEpochs(cluster, ids)
  const comeOn = waitUntil(async () => hasComeOn(before, await countEpochs(cluster, ids)))
  await Promise.all([comeOn, until])
  return (performance.now() - at) / 1000
}

async function keepQueued({ database }: Cluster, client: JobClient, least: number): Promise<void> {
  const unfinished = () => database.prisma.trainingJob.count({ where: { state: { in: ['QUEUED', 'RUNNING'] } } })
  while ((await throughOutage(unfinished)) < least) await client.queue()
}

interface Progress {
  readonly epochs: number
  readonly isOver: boolean
}

/** The progress of the given jobs, or of those that run now. */
async function countEpochs({ database }: Cluster, ids?: number[]): Promise<Map<number, Progress>> {
  const where = ids ? { id: { in: ids } } : { state: 'RUNNING' as const }
  const select = { id: true, state: true, _count: { select: { epochs: true } } }
  const jobs = await throughOutage(() => database.prisma.trainingJob.findMany({ where, select }))
  return new Map(
    jobs.map(({ id, state, _count }) => [
      id,
      { epochs: _count.epochs, isOver: !['QUEUED', 'RUNNING'].includes(state) },
    ]),
  )
}

function hasComeOn(before: ReadonlyMap<number, Progress>, now: ReadonlyMap<number, Progress>): boolean {
  return [...before].every(([id, { epochs }]) => {
    const progress = now.get(id)
    return progress !== undefined && (progress.isOver || progress.epochs > epochs)
  })
}
