// Starts the service in an empty folder and prints the memory of each process: when it is ready, when it has rested, and
// after keyed reads, a mutation and a scrape. Then it starts the service again on the same data and prints the same.
//   node build/bench/reliability/memory.js [seconds of rest]      default: 90; needs Linux
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '../../src/root.js'
import { listChildren } from '../../test/support/process-tree.js'

const rest = Number(process.argv[2] ?? 90) * 1000
const folder = mkdtempSync(join(tmpdir(), 'actbench-memory-'))
const key = 'a-key-for-measuring-memory'
try {
  for (const start of ['first start', 'second start']) await measureStart(start)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureStart(start: string): Promise<void> {
  const service = spawn(process.execPath, [join(PROJECT_ROOT, 'bin/actbench.js'), 'start'], {
    env: { ...process.env, PORT: '0', ACTBENCH_DATA: join(folder, 'data'), ACTBENCH_ADMIN_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  service.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const address = () => /API +(http:\S+)\/graphql/.exec(said)?.[1]
  while (!address() && service.exitCode === null) await sleep(100)
  const pid = service.pid ?? 0
  print(`${start}, ready`, pid)
  await sleep(rest)
  print(`${start}, at rest`, pid)
  await useService(address()!)
  print(`${start}, used`, pid)
  await sleep(rest)
  print(`${start}, at rest after use`, pid)
  service.kill('SIGTERM')
  await once(service, 'close')
}

async function useService(address: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  for (const query of [
    '{ dataset(name: "mini-cnn") { leaderboard(first: 50) { nodes { rank expression validationAccuracy } } } }',
    'mutation { trainActivation(input: {dataset: "mini-cnn", expression: "relu(x)"}) { jobs { id } } }',
    '{ service { workers { id backend } } }',
  ]) {
    const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    if (!response.ok) throw new Error(`${query}: ${await response.text()}`)
    await response.arrayBuffer()
  }
  await (await fetch(`${address}/metrics`, { headers })).text()
}

function print(moment: string, supervisor: number): void {
  const children = listChildren(supervisor).map((pid) => ({ pid, name: nameOf(pid) }))
  for (const { pid, name } of [{ pid: supervisor, name: 'supervisor' }, ...children]) {
    if (name === null) continue
    const { rss, pss } = readMemory(pid)
    console.log(`${moment}: ${name} ${rss} MB RSS, ${pss} MB PSS`)
  }
}

/** `server` or `worker`; null for other processes. */
function nameOf(pid: number): string | null {
  const name = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').at(2) ?? ''
  return ['server', 'worker'].includes(name) ? name : null
}

/** In MB. PSS counts a page that several processes share in equal parts. */
function readMemory(pid: number): { rss: string; pss: string } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const read = (name: string) =>
    ((Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1]) * 1024) / 1e6).toFixed(0)
  return { rss: read('Rss'), pss: read('Pss') }
}
