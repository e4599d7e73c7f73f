// Starts the product in a fresh copy of the checkout with empty data, sends a query, and stops it:
//   node scripts/smoke.mjs
// Prints the times of the first and the second start. Needs npm's packages in node_modules. Removes all its files.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'actbench-smoke-'))
const port = await findFreePort()
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port) }
try {
  copyCheckout()
  for (const name of ['first', 'second']) {
    const started = performance.now()
    const product = await start()
    const seconds = (performance.now() - started) / 1000
    const question = '{ service { version } operators { name } datasets { nodes { name evaluationCount } } }'
    const { data, errors } = await ask(question)
    if (errors || !data.operators.some(({ name }) => name === 'relu'))
      throw new Error(`it answered ${JSON.stringify(errors ?? data)}`)
    await stop(product)
    const datasets = data.datasets.nodes.map(
      ({ name, evaluationCount }) => `${name} with ${evaluationCount} evaluations`,
    )
    console.log(`${name} start: ${seconds.toFixed(1)} s to an answer; ${datasets.join(', ') || 'no dataset'}`)
  }
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' })
  if (changed) throw new Error(`starting changed files of the checkout:\n${changed}`)
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** The committed and new files of the checkout without ignored ones, as after `git clone` and `npm ci`. */
function copyCheckout() {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const name of list.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, name), join(folder, name))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=smoke', '-c', 'user.email=smoke@localhost', ...args], { cwd: folder })
  git('init', '--quiet')
  // Git sees the link as a file, and the ignored entry with a slash matches only folders.
  git('add', '--all', '--', ':!node_modules')
  git('commit', '--quiet', '--message', 'copy')
  execFileSync('bash', ['-c', 'echo node_modules >> .git/info/exclude'], { cwd: folder })
}

async function start() {
  const child = spawn('npm', ['start'], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const ended = new Promise((done) => child.once('close', (status, signal) => done(signal ?? status)))
  let isOver = false
  ended.then(() => {
    isOver = true
  })
  while (!output.includes('Ctrl-C stops it.')) {
    if (isOver) throw new Error(`it did not start:\n${output}`)
    await new Promise((done) => setTimeout(done, 20))
  }
  return { child, ended, said: () => output }
}

async function stop({ child, ended, said }) {
  child.kill('SIGTERM')
  const status = await ended
  if (status !== 0) throw new Error(`it ended with ${status}:\n${said()}`)
}

async function ask(query) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

function findFreePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: found } = server.address()
      server.close(() => done(found))
    })
  })
}
