// Runs the tests on the built product, with a PostgreSQL of their own:
//   node scripts/test.mjs                                   all of them
//   node scripts/test.mjs test/db test/start/lock.test.ts   those of a folder, a file
//   node scripts/test.mjs --test-name-pattern=lease test/services    options of node --test pass through
// Every test file clones its own database from a migrated template (test/support/database.ts). The exit status is the
// runner's. What is started here ends with it.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

try {
  await build()
} catch (error) {
  // With files named, somebody is at work: what compiles can be tested.
  if (wanted.length === 0) throw error
  console.error(error.message)
}
const files = findTestFiles(wanted.length > 0 ? wanted : ['test'])
if (files.length === 0) throw new Error(`no test file under ${wanted.join(', ')}`)
const server = files.some((file) => readFileSync(file, 'utf8').includes('/support/')) ? await openTestServer() : null
try {
  process.exitCode = await runTests(files, server ? { TEST_POSTGRES_URL: server.url } : {})
} finally {
  await server?.close()
}

function findTestFiles(names) {
  const found = names.flatMap((name) => {
    const path = resolve(root, name)
    if (!existsSync(path)) throw new Error(`${name} does not exist`)
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path, { recursive: true }).map((file) => join(path, file))
  })
  return found
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(root, 'build', relative(root, file).replace(/\.ts$/, '.js')))
    .sort()
}

async function openTestServer() {
  const load = (path) => import(pathToFileURL(join(root, 'build/src', path)).href)
  const { openEmbeddedPostgres } = await load('start/embedded-postgres.js')
  const { applyMigrations } = await load('db/connection/migrate.js')
  const folder = mkdtempSync(join(tmpdir(), 'actbench-test-'))
  const postgres = await openEmbeddedPostgres(folder, { isDurable: false })
  const close = async () => {
    await postgres.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { default: pg } = await import('pg')
    const url = (name) => Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href
    const client = new pg.Client({ connectionString: url('postgres') })
    await client.connect()
    await client.query('CREATE DATABASE actbench_template')
    await client.end()
    await applyMigrations(url('actbench_template'))
    return { url: url('postgres'), close }
  } catch (error) {
    await close()
    throw error
  }
}

function runTests(names, environment) {
  const properties = process.env.CI ? [`--import=${new URL('repeatable-properties.mjs', import.meta.url).href}`] : []
  const flags = ['--test', '--test-concurrency=2', '--enable-source-maps', '--test-reporter=spec']
  const args = [...properties, ...flags, ...options, ...names]
  const runner = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal))
  return new Promise((done) => runner.once('exit', (code) => done(code ?? 1)))
}
