// Runs the tests on the built product, with a PostgreSQL of their own:
//   node scripts/test.mjs                                   all tests
//   node scripts/test.mjs test/db test/start/folder-lock.test.ts   the tests of a folder and of a file
//   node scripts/test.mjs --test-name-pattern=lease test/services    options of node --test pass through
//   node scripts/test.mjs --test-concurrency=3              more files at a time, if the machine has cores to spare
//   node scripts/test.mjs --watch test/db                   runs them, and again those that a change concerns
//   node scripts/test.mjs --watch                           runs nothing at first, then the tests that a change concerns
// ACTBENCH_TEST_DATABASE_URL names a PostgreSQL to use instead of the embedded one; its role creates and drops databases.
// Every test file clones its own database from a migrated template (test/support/database.ts). The exit status is the
// runner's. All processes that start here end with it. After a run of many files, it names those whose tests took longest.
// With CI set, up to three files that failed run once more, with nothing beside them: tests that kill processes and cut
// connections wait for other processes, and a shared machine may stall those. A test that fails again fails the run.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findTestBrowser } from '../test/support/browser/find-browser.mjs'
import { build } from './build.mjs'
import { findConcerned } from './import-graph.mjs'
import { openTestServer } from './test-server.mjs'
import { watchFiles } from './watch-files.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** More failures than these are no disturbance. */
const MOST_FILES_TO_REPEAT = 3
/** A file that takes longer hangs: a test left something running. The longest takes a third. In ms. */
const LONGEST_FILE = 1_200_000
const isWatching = process.argv.includes('--watch')
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--') && argument !== '--watch')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
let runner = null
let isStopped = false
let onStop = () => {}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopped = true
    runner?.kill(signal)
    onStop()
  })
}

try {
  await build()
} catch (error) {
  // If files are named, somebody is working on them: files that compile can be tested.
  if (wanted.length === 0) throw error
  console.error(error.message)
}
const files = findTestFiles()
if (files.length === 0) throw new Error(`no test file under ${wanted.join(', ')}`)
const server = isWatching || needServer(files) ? await openTestServer() : null
try {
  process.exitCode = isWatching ? await watchTests() : await (process.env.CI ? runTwice(files) : runTests(files))
} finally {
  await server?.close()
}
// A watcher of a folder may keep the process alive.
if (isWatching) process.exit()

function findTestFiles() {
  const found = (wanted.length > 0 ? wanted : ['test']).flatMap((name) => {
    const path = resolve(root, name)
    if (!existsSync(path)) throw new Error(`${name} does not exist`)
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path, { recursive: true }).map((file) => join(path, file))
  })
  return found
    .filter((file) => file.endsWith('.test.ts'))
    .map(builtFile)
    .sort()
}

/** The file that node runs; the runner names the source if it can. */
function builtFile(path) {
  return path.endsWith('.ts') ? join(root, 'build', relative(root, path).replace(/\.ts$/, '.js')) : resolve(root, path)
}

function needServer(names) {
  return names.some((file) => existsSync(file) && readFileSync(file, 'utf8').includes('/support/'))
}

function findBrowserFor(names) {
  const isNeeded = names.some((file) => existsSync(file) && readFileSync(file, 'utf8').includes('/support/browser/'))
  return isNeeded ? findTestBrowser() : {}
}

async function runTwice(names) {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-failed-'))
  const list = join(folder, 'files')
  try {
    const status = await runTests(names, { FAILED_FILES: list })
    const failed = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean).map(builtFile) : []
    if (status === 0 || isStopped || failed.length === 0 || failed.length > MOST_FILES_TO_REPEAT) return status
    console.log(
      `\nthese failed and run once more, alone:\n${failed.map((file) => `  ${relative(root, file)}`).join('\n')}\n`,
    )
    const second = await runTests(failed)
    if (second === 0) console.log('they passed alone: find out what disturbed them')
    return second
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function reporterOf(name) {
  return new URL(`${name}.mjs`, import.meta.url).href
}

function runTests(names, more = {}) {
  const properties = process.env.CI ? [`--import=${reporterOf('repeatable-properties')}`] : []
  const reporters = ['spec', reporterOf('report-files')].flatMap((name) => [
    `--test-reporter=${name}`,
    '--test-reporter-destination=stdout',
  ])
  const flags = [
    '--test',
    '--test-concurrency=2',
    '--enable-source-maps',
    `--test-timeout=${LONGEST_FILE}`,
    ...reporters,
  ]
  const args = [...properties, ...flags, ...options, ...names]
  const environment = { ...process.env, ...server?.environment, ...findBrowserFor(names), ...more }
  runner = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: environment })
  return new Promise((done) => runner.once('exit', (code) => done(code ?? 1)))
}

/** Runs until a signal comes. A change during a run ends that run; its tests and those of the change come next. */
async function watchTests() {
  let pending = new Set(wanted.length > 0 ? files : [])
  let wake = () => {}
  const unwatch = watchFiles(root, ['src', 'test', 'web/src', 'prisma', 'seed'], async (changed) => {
    try {
      await build()
    } catch (error) {
      console.error(error.message)
      return
    }
    const concerned = findConcerned(findTestFiles(), changed)
    console.log(`\nchanged: ${changed.join(', ')}; ${concerned.length} test files concerned`)
    for (const file of concerned) pending.add(file)
    if (concerned.length > 0) runner?.kill('SIGTERM')
    wake()
  })
  while (!isStopped) {
    const batch = [...pending].filter((file) => existsSync(file)).sort()
    if (batch.length > 0) {
      pending = new Set()
      const status = await runTests(batch)
      const wasInterrupted = pending.size > 0
      if (wasInterrupted && status !== 0) for (const file of batch) pending.add(file)
      continue
    }
    console.log('waiting for a change; Ctrl-C ends it')
    await new Promise((done) => {
      wake = done
      onStop = done
    })
  }
  unwatch()
  return 0
}
