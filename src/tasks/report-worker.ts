import process from 'node:process'
import type { Logger } from 'pino'
import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { reportWorker } from '../db/workers/worker-reports.js'
import type { WorkerMeter } from './worker-meter.js'

/** Pause between two reports. After a kill -9, the counts of this time are missing. */
const REPORT_MILLISECONDS = 10_000

export interface WorkerReports {
  /** Sends the last report. */
  close(): Promise<void>
}

/** Reports what a worker does to the database, from which the servers' metrics show it. */
export function openWorkerReports(
  { kysely }: Pick<Database, 'kysely'>,
  workerId: number,
  meter: WorkerMeter,
  log: Logger,
): WorkerReports {
  async function report(): Promise<void> {
    const counts = meter.take()
    try {
      await reportWorker(kysely, workerId, meter.readVitals(process.memoryUsage.rss()), counts)
    } catch (error) {
      meter.giveBack(counts)
      if (!isConnectionError(error)) log.error({ err: error }, 'the report of this worker could not be stored')
    }
  }
  let reporting = report()
  const timer = setInterval(() => {
    reporting = reporting.then(report)
  }, REPORT_MILLISECONDS)
  return {
    async close() {
      clearInterval(timer)
      await reporting.then(report)
    },
  }
}
