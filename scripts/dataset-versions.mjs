// Keeps the versions of the trainable datasets in step with their numbers (docs/versions.md):
//   node scripts/dataset-versions.mjs            compares code and shipped files with seed/versions.json
//   node scripts/dataset-versions.mjs relabel    writes the code's version into the shipped files of seed/
//   node scripts/dataset-versions.mjs record     adds the current versions to seed/versions.json
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { build } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const RUNS = 'runs.jsonl.gz'
const recordFile = join(root, 'seed/versions.json')

await build()
const { TRAINABLE_DATASETS } = await import('../build/src/networks/recipes/trainable-datasets.js')
const { OPERATORS } = await import('../build/src/activations/operators.js')
const { computeDigests } = await import('../build/test/support/fixtures/dataset-digests.js')

const [command = 'check'] = process.argv.slice(2)
if (command === 'relabel') relabel()
else if (command === 'record') await record()
else if (command === 'check') await check()
else throw new Error(`unknown command: expected relabel, record or check, got ${command}`)

/** The measurements stay as they are; only the version in the manifest and in the lines of runs changes. */
function relabel() {
  for (const { name, version } of TRAINABLE_DATASETS.values()) {
    const folder = join(root, 'seed', name)
    if (!existsSync(folder)) continue
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
    if (manifest.version === version) continue
    const runs = gunzipSync(readFileSync(join(folder, RUNS)))
      .toString()
      .split('\n')
      .filter(Boolean)
    const lines = runs.map((line) => `${JSON.stringify({ ...JSON.parse(line), version })}\n`)
    const bytes = gzipSync(lines.join(''), { level: 9 })
    writeFileSync(join(folder, RUNS), bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const files = { ...manifest.files, [RUNS]: { bytes: bytes.length, sha256 } }
    writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ ...manifest, version, files }, null, 2)}\n`)
    console.log(`${name}: the shipped files now have version ${version}, before ${manifest.version}`)
  }
}

async function record() {
  const records = readRecords()
  for (const { name, version } of TRAINABLE_DATASETS.values()) {
    const known = records[name]?.[version]
    const digests = await computeDigests(name, known ? Object.keys(known.trainings) : listExpressions(name))
    if (known && JSON.stringify(known) !== JSON.stringify(digests)) {
      throw new Error(`${name}: version ${version} is recorded with other numbers; raise the version first`)
    }
    records[name] = { ...records[name], [version]: digests }
  }
  writeFileSync(recordFile, `${JSON.stringify(records, null, 2)}\n`)
}

async function check() {
  const records = readRecords()
  for (const { name, version } of TRAINABLE_DATASETS.values()) {
    const known = records[name]?.[version]
    const digests = known && (await computeDigests(name, Object.keys(known.trainings)))
    const isSame = known && JSON.stringify(known) === JSON.stringify(digests)
    console.log(`${name} version ${version}: ${isSame ? 'as recorded' : known ? 'DIFFERS' : 'NOT RECORDED'}`)
    if (!isSame) process.exitCode = 1
  }
}

/** Every operator in Mini-CNN; a few functions in the other networks, which share the code of the operators. */
function listExpressions(name) {
  const few = ['swish(x)', 'mul(erf(x),softplus(x))', 'max_n(tanh(x),relu(x),elu(x))']
  if (name !== 'mini-cnn') return name.startsWith('mini-') ? few : few.slice(0, 1)
  const operands = { UNARY: 'x', BINARY: 'x,tanh(x)', TERNARY: 'x,tanh(x),sigmoid(x)', N_ARY: 'x,tanh(x),sigmoid(x)' }
  return [...OPERATORS.map((operator) => `${operator.name}(${operands[operator.arity]})`), ...few]
}

function readRecords() {
  return JSON.parse(readFileSync(recordFile, 'utf8'))
}
