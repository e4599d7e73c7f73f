import process from 'node:process'
import type { Database } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import type { EndedWork } from '../../db/trainings/ended-work.js'
import type { BulkRequest, BulkWork } from '../../services/trainings/bulk-work.js'

/** A kind of bulk work that the queue's workers do. */
export interface QueuedKind {
  /** Such as `trainings`. */
  readonly what: string
  readonly task: 'train_activation' | 'compute_features'
  queue(database: Database, request: BulkRequest): Promise<BulkWork>
  listEnded(database: Database, dataset: Dataset, ids: readonly number[]): Promise<EndedWork[]>
  withdraw(database: Database, dataset: Dataset): Promise<number>
}

/** The trainings of functions with each of these seeds. */
export async function createQueuedTrainings(seeds: readonly number[]): Promise<QueuedKind> {
  const { listEndedTrainings } = await import('../../db/trainings/bulk-trainings.js')
  const { queueTrainings, withdrawTrainings } = await import('../../services/trainings/queue-trainings.js')
  return {
    what: 'trainings',
    task: 'train_activation',
    queue: (database, request) => queueTrainings(database, { ...request, seeds }),
    listEnded: (database, _dataset, ids) => listEndedTrainings(database.kysely, ids),
    withdraw: withdrawTrainings,
  }
}

/** The Fisher spectra of functions. */
export async function createQueuedSpectra(): Promise<QueuedKind> {
  const { listEndedSpectra } = await import('../../db/trainings/bulk-spectra.js')
  const { queueSpectra, withdrawSpectra } = await import('../../services/trainings/queue-spectra.js')
  return {
    what: 'spectra',
    task: 'compute_features',
    queue: queueSpectra,
    listEnded: (database, dataset, ids) => listEndedSpectra(database.kysely, dataset, ids),
    withdraw: withdrawSpectra,
  }
}

/**
 * Puts the work for the chosen functions into the queue and follows it to its end. Sets the exit status: 1 if something
 * failed, 130 if it was stopped.
 */
export async function queueAndFollow(
  name: string,
  kind: QueuedKind,
  choose: () => string[],
  signal: AbortSignal,
): Promise<void> {
  const { openTerminalLine } = await import('../../progress/terminal-line.js')
  const { findWorkerAbsence } = await import('../../services/trainings/waiting-for.js')
  const { followWork } = await import('./follow-work.js')
  await withDataset(name, async (database, dataset) => {
    const show = openTerminalLine(process.stderr)
    const work = await kind.queue(database, {
      dataset,
      expressions: choose(),
      signal,
      onProgress: (done, total) => show(`into the queue: ${done} of ${total}`, false),
    })
    const { failed, left } = await followWork(work, {
      listEnded: (ids) => kind.listEnded(database, dataset, ids),
      findAbsence: () => findWorkerAbsence(database.prisma, kind.task, dataset),
      signal,
      show,
    })
    const unasked = work.total - work.done - work.refused.length - work.waiting.length
    if (unasked > 0) show(`${unasked} ${kind.what} are not in the queue yet: repeat the command`, true)
    if (left > 0) {
      show(
        `${left} ${kind.what} are left to the workers: repeat the command to follow them; with --cancel instead of a ` +
          'choice it withdraws those that nobody has begun',
        true,
      )
    }
    process.exitCode = signal.aborted ? 130 : failed > 0 ? 1 : 0
  })
}

/** Withdraws the waiting work and prints its amount. */
export async function withdrawWork(name: string, kind: QueuedKind): Promise<void> {
  await withDataset(name, async (database, dataset) => {
    const count = await kind.withdraw(database, dataset)
    process.stdout.write(`withdrew ${count} ${kind.what} of ${name} that waited\n`)
  })
}

async function withDataset(name: string, work: (database: Database, dataset: Dataset) => Promise<void>): Promise<void> {
  const { withDatabase } = await import('../with-database.js')
  const { getDataset } = await import('../../services/datasets/get-dataset.js')
  await withDatabase(async (database) => {
    await work(database, await getDataset(database.prisma, name))
  })
}
