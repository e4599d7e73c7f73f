// Runs a worker in its own process: node build/test/support/run-worker.js '{"databaseUrl": ..., "options": {...}}'
import process from 'node:process'
import { startWorker } from '../../src/worker.js'
import type { HeartbeatPace } from '../../src/worker-liveness/heartbeat.js'
import { registerTinyDataset } from './tiny-dataset.js'

const { databaseUrl, options } = JSON.parse(process.argv[2]) as { databaseUrl: string; options: HeartbeatPace }
registerTinyDataset()
const worker = await startWorker({ databaseUrl, backend: 'wasm', logLevel: 'info', tasksFolder: '/nowhere' }, options)
process.send?.({ workerId: worker.workerId })
process.on('SIGTERM', () => void worker.close().then(() => process.exit(0)))
process.on('disconnect', () => process.exit(1))
