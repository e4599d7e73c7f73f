import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, before, test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import { type RunningCommand, startActbench } from '../support/actbench.js'
import { waitUntil } from '../support/wait-until.js'

// The Python to use: one with httpx at least. pip install "./clients/python[test]" installs all that these tests use.
const PYTHON = process.env.ACTBENCH_PYTHON ?? 'python3'
const CLIENT = join(PROJECT_ROOT, 'clients/python')
const NOTEBOOK = join(PROJECT_ROOT, 'examples/analyses.ipynb')

const hasClient = has('httpx')
const skip = !hasClient && `${PYTHON} is missing or has no httpx; ACTBENCH_PYTHON names another one`

const folder = mkdtempSync(join(tmpdir(), 'actbench-'))
const environment: Record<string, string> = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  PYTHONPATH: join(CLIENT, 'src'),
  PYTHONDONTWRITEBYTECODE: '1',
  MPLBACKEND: 'agg',
  ACTBENCH_CACHE: join(folder, 'cache'),
}
let product: RunningCommand | null = null

before(async () => {
  if (!hasClient) return
  const { child, said } = startActbench(['start'], { PORT: '0', ACTBENCH_DATA: join(folder, 'data') })
  product = { child, said, ended: once(child, 'close').then(() => ({ status: child.exitCode, ...said })) }
  environment.ACTBENCH_URL = await waitUntil(() => {
    assert.equal(child.exitCode, null, said.stderr)
    return /API +(http:\S+)\/graphql[\s\S]*Ctrl-C/.exec(said.stdout)?.[1]
  }, 300)
  environment.ACTBENCH_KEY = /abk_\S+/.exec(said.stdout)?.[0] ?? ''
})

after(async () => {
  product?.child.kill('SIGTERM')
  await product?.ended
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('the tests of the Python client pass against the real service', { skip }, async () => {
  const said = await run('-m', 'unittest', 'discover', '-v', '-s', join(CLIENT, 'tests'))
  assert.match(said, /evaluations, \d+ programs of \d+ threads, \d+ kills/)
  assert.match(said, /^OK/m)
})

test('every block of docs/python.md runs', { skip: skip || missing('pandas', 'numpy', 'scipy') }, async () => {
  const [url, key] = [environment.ACTBENCH_URL, environment.ACTBENCH_KEY]
  assert.match(await run(join(PROJECT_ROOT, 'docs/run-snippets.py'), url, key), /^\d+ blocks ran$/m)
})

test('the notebook of analyses runs', { skip: skip || missing('pandas', 'pyarrow', 'matplotlib') }, async () => {
  assert.match(await run(join(CLIENT, 'tests/run_notebook.py'), NOTEBOOK), /^executed/m)
})

test('the types of the Python client are complete', { skip: skip || missing('mypy') }, async () => {
  // Reading the types of PyTorch would take minutes.
  const others = ['--no-site-packages', '--ignore-missing-imports', '--allow-subclassing-any', '--allow-untyped-calls']
  await run('-m', 'mypy', '--strict', '--no-incremental', ...others, join(CLIENT, 'src/actbench'))
})

test('each analysis of the notebook has at most three lines, and no stored output', () => {
  const { cells } = JSON.parse(readFileSync(NOTEBOOK, 'utf8')) as {
    cells: { cell_type: string; source: string[]; outputs?: unknown[] }[]
  }
  const titles = cells.map(({ source }) => /^## (\d+)\./.exec(source[0])?.[1])
  const analyses = cells.filter((_, index) => titles[index - 1] !== undefined)
  assert.equal(analyses.length, 11)
  for (const { cell_type, source, outputs } of analyses) {
    assert.equal(cell_type, 'code')
    assert.ok(source.filter((line) => !line.startsWith('#')).length <= 3, source.join(''))
    assert.deepEqual(outputs, [])
  }
})

test('the version of the Python client is the version of the service', () => {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
  assert.ok(readFileSync(join(CLIENT, 'pyproject.toml'), 'utf8').includes(`\nversion = "${version}"\n`))
  assert.equal(readFileSync(join(CLIENT, 'src/actbench/version.py'), 'utf8'), `__version__ = "${version}"\n`)
})

function has(name: string): boolean {
  return (
    spawnSync(PYTHON, ['-c', `import importlib.util as u, sys; sys.exit(u.find_spec("${name}") is None)`]).status === 0
  )
}

/** Why a test is skipped, or false. */
function missing(...names: string[]): string | false {
  const absent = names.filter((name) => hasClient && !has(name))
  return absent.length > 0 && `${PYTHON} has no ${absent.join(', ')}`
}

/** Runs Python, and returns what it said. */
async function run(...args: string[]): Promise<string> {
  const child = spawn(PYTHON, args, { env: environment })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [status] = await once(child, 'close')
  assert.equal(status, 0, said)
  return said
}
