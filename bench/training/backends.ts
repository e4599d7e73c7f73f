/**
 * Compares all installed backends, and TensorFlow if Python has it, on the Mini networks, and writes
 * docs/lab/backends.md. Every round runs each backend once, in a process of its own, so other work on the machine slows
 * all of them down. The table shows medians.
 *
 *   node build/bench/training/backends.js [--rounds 5] [--steps 40] [--python python3] [--output docs/lab/backends.md]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { PROJECT_ROOT } from '../../src/root.js'
import { type Measurement, median } from '../measurement.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '40' },
    python: { type: 'string', default: 'python3' },
    output: { type: 'string', default: join(PROJECT_ROOT, 'docs/lab/backends.md') },
  },
})

const BACKENDS = ['wasm', 'tfjs-node', 'webgpu', 'tfjs-node-gpu']
const PEERS = ['tensorflow']
const KEPT_SECTION = '## On a graphics card'
const measurements: Measurement[] = []
const absent = new Map<string, string>()
const loads = [loadavg()[0]]

for (let round = 1; round <= Number(values.rounds); round++) {
  for (const name of [...BACKENDS, ...PEERS]) if (!absent.has(name)) measure(name)
  console.error(`round ${round} of ${values.rounds}`)
}
loads.push(loadavg()[0])
checkAgreement()
writeFileSync(values.output, `${formatReport()}\n${readKept()}`)

function measure(name: string): void {
  const isPeer = PEERS.includes(name)
  const program = isPeer ? `bench/peers/${name}_steps.py` : 'build/bench/training/measure-backend.js'
  const args = isPeer ? [join(PROJECT_ROOT, program)] : [join(PROJECT_ROOT, program), name]
  const run = spawnSync(isPeer ? values.python : process.execPath, [...args, '--steps', values.steps], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Without this, TensorFlow prints its build options to the error stream.
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  if (run.status !== 0) {
    absent.set(name, run.error?.message ?? run.stderr.match(/\w*Error: (.*)/)?.[1] ?? 'failed')
    console.error(`${name}: ${run.stderr}`)
    return
  }
  for (const line of run.stdout.split('\n')) if (line.startsWith('{')) measurements.push(JSON.parse(line))
}

/** A comparison means nothing if a peer's network differs from ours. */
function checkAgreement(): void {
  for (const network of namesOf('network')) {
    const found = measurements.filter((one) => one.network === network)
    const odd = found.find(({ weights, batchSize }) => weights !== found[0].weights || batchSize !== found[0].batchSize)
    if (odd) {
      throw new Error(
        `${odd.by} has ${odd.weights} weights and batches of ${odd.batchSize} in ${network}, ` +
          `${found[0].by} has ${found[0].weights} and ${found[0].batchSize}`,
      )
    }
  }
}

function formatReport(): string {
  const [{ model }] = cpus()
  const software = [...new Set(measurements.map((one) => one.software))]
  return [
    '# Speed of the backends',
    '',
    `Images per CPU second, counting the time of all threads of a process: medians of ${values.rounds} rounds of ${values.steps} steps, after 10 steps of`,
    'warm-up. Batches and recipes are those of the Mini datasets ([mini-benchmark.md](../mini-benchmark.md)). Each round runs',
    'every program once, one after the other, on the same machine.',
    '',
    `Machine: ${cpus().length} × ${model.trim()}, Node.js ${process.version}; ${software.join(', ')}.`,
    'TensorFlow runs one compiled graph per step. ' +
      `Load of the machine before and after: ${loads.map((load) => load.toFixed(1)).join(', ')}.` +
      (Math.max(...loads) > cpus().length ? ' Other programs slowed all\nbackends down, so compare the ratios.' : ''),
    '',
    `Command: \`node build/bench/training/backends.js --rounds ${values.rounds} --steps ${values.steps}\`, which writes this page. The column tfjs-node needs`,
    '`npm install --no-save @tensorflow/tfjs-node@4.22.0`, the column TensorFlow a Python with TensorFlow.',
    '',
    ...formatTable('training', '## Training: forward, backward, optimiser'),
    ...formatTable('evaluation', '## Evaluation: logits'),
    ...formatRatios(),
    ...formatSpectra(),
    ...formatAbsent(),
  ].join('\n')
}

/** The last section of the page. It was measured on a machine with a graphics card, so it is kept. */
function readKept(): string {
  if (!existsSync(values.output)) return ''
  const text = readFileSync(values.output, 'utf8')
  const start = text.indexOf(KEPT_SECTION)
  return start < 0 ? '' : `\n${text.slice(start)}`
}

function formatTable(kind: 'training' | 'evaluation', title: string): string[] {
  const columns = namesOf('by')
  return [
    title,
    '',
    `| network | function | ${columns.join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(columns.length)}`,
    ...namesOf('network').flatMap((network) =>
      namesOf('expression').map((expression) => {
        const cells = columns.map((by) => {
          const value = medianOf(by, network, expression, kind)
          return value === null ? '' : Math.round(value).toLocaleString('en')
        })
        return `| ${network} | \`${expression}\` | ${cells.join(' | ')} |`
      }),
    ),
    '',
  ]
}

function formatRatios(): string[] {
  const rows = namesOf('network').flatMap((network) => {
    const ratios = namesOf('expression').map((expression) => {
      const [wasm, native] = ['tfjs-wasm', 'tfjs-node'].map((by) => medianOf(by, network, expression, 'training'))
      return wasm === null || native === null ? null : wasm / native
    })
    if (ratios.some((ratio) => ratio === null)) return []
    return [`| ${network} | ${ratios.map((ratio) => (ratio as number).toFixed(2)).join(' | ')} |`]
  })
  if (rows.length === 0) return []
  return [
    '## wasm : tfjs-node',
    '',
    'Training. Above 1, wasm is faster.',
    '',
    `| network | ${namesOf('expression')
      .map((expression) => `\`${expression}\``)
      .join(' | ')} |`,
    `| --- |${' ---: |'.repeat(namesOf('expression').length)}`,
    ...rows,
    '',
    'tfjs-node has a cost for each of many small operations, and it computes activations on a copy of the data on the host.',
    'wasm has kernels for whole layers, and computes value and derivative of the activation in one generated loop.',
    '',
  ]
}

/** The output of bench/training/fisher.ts. */
function formatSpectra(): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_ROOT, 'build/bench/training/fisher.js')],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  const title = 'CPU seconds on wasm, medians of five. `node build/bench/training/fisher.js` prints only these tables.'
  return ['## Fisher spectra', '', title, '', ...stdout.trim().split('\n'), '']
}

function formatAbsent(): string[] {
  if (absent.size === 0) return []
  const reasons = [...absent].map(([name, reason]) => `- ${name}: ${toOneLine(reason, name)}`)
  return ['## Not measured', '', 'These backends could not be opened on this machine:', '', ...reasons]
}

function medianOf(by: string, network: string, expression: string, kind: 'training' | 'evaluation'): number | null {
  const found = measurements.filter((one) => one.by === by && one.network === network && one.expression === expression)
  return found.length === 0 ? null : median(found.map((one) => one[kind]))
}

function namesOf(key: 'by' | 'network' | 'expression'): string[] {
  return [...new Set(measurements.map((one) => one[key]))]
}

/** Removes the paths of this machine and the prefix that the page already says. */
function toOneLine(reason: string, name: string): string {
  return reason
    .replace(`no backend could be opened: ${name}: `, '')
    .replace(/(file:\/\/)?(\/[\w.@-]+){2,}/g, '…')
    .slice(0, 200)
}
