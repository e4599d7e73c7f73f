import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../src/root.js'
import { openTestDatabase } from './support/database.js'
import { isRunning, listChildren } from './support/process-tree.js'
import { waitUntil } from './support/wait-until.js'

const isLinux = existsSync('/proc/self/smaps_rollup')

test('the process of npm start keeps little more memory than an empty one, and nothing that prepared the database', {
  skip: !isLinux && 'needs /proc',
}, async (t) => {
  const database = await openTestDatabase(t)
  const supervisor = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/supervise.js')], {
    env: { PATH: process.env.PATH, PORT: '0', ACTBENCH_WORKERS: '0', DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => supervisor.kill('SIGKILL'))
  let said = ''
  supervisor.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  await waitUntil(() => said.includes('actbench is ready'))
  const pid = supervisor.pid ?? 0
  // The process that prepared the database ends.
  const [child] = await waitUntil(() => {
    const children = listChildren(pid)
    return children.length === 1 ? children : null
  })
  const empty = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)'])
  t.after(() => empty.kill('SIGKILL'))
  await once(empty.stdout, 'data')
  const more = readResident(pid) - readResident(empty.pid ?? 0)
  assert.ok(more < 15e6, `${more} bytes more`)
  supervisor.kill('SIGTERM')
  const [status] = await once(supervisor, 'close')
  assert.equal(status, 0)
  assert.ok(!isRunning(child))
})

test('a setting that is wrong ends it with one line', async () => {
  const supervisor = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/supervise.js')], {
    env: { PATH: process.env.PATH, PORT: 'http' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  supervisor.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const [status] = await once(supervisor, 'close')
  assert.deepEqual([status, said], [1, "actbench: PORT: expected a whole number from 0 to 65535, got 'http'\n"])
})

function readResident(pid: number): number {
  return Number(/^Rss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) * 1024
}
