// Runs a worker in its own process: node build/test/support/run-worker.js '{"databaseUrl": ..., "options": {...}}'
import process from 'node:process'
import type { TracingConfig } from '../../src/config.js'
import { startWorker } from '../../src/worker.js'
import type { HeartbeatPace } from '../../src/worker-liveness/heartbeat.js'
import { registerTinyDataset } from './fixtures/tiny-dataset.js'

const { databaseUrl, options, tracing, ...folders } = JSON.parse(process.argv[2]) as {
  databaseUrl: string
  options: HeartbeatPace
  tracing?: TracingConfig
  dataFolder?: string
  tasksFolder?: string
  taskFolders?: string[]
}
registerTinyDataset()
const config = { databaseUrl, backend: 'wasm', logLevel: 'info', tasksFolder: '/nowhere', tracing, ...folders } as const
const worker = await startWorker(config, options)
process.send?.({ workerId: worker.workerId })
process.on('SIGTERM', () => void worker.close().then(() => process.exit(0)))
process.on('disconnect', () => process.exit(1))
