import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Opens the PostgreSQL of a test run, with a migrated template database that each test file clones. It is the server of
 * ACTBENCH_TEST_DATABASE_URL if that is set, otherwise an embedded one. `close` removes everything that was created.
 */
export async function openTestServer() {
  const server = process.env.ACTBENCH_TEST_DATABASE_URL
    ? { url: process.env.ACTBENCH_TEST_DATABASE_URL, close: async () => {} }
    : await openEmbedded()
  const template = `actbench_template_${process.pid}`
  const close = async () => {
    await runOnServer(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    await server.close()
  }
  try {
    const { applyMigrations } = await load('db/connection/migrate.js')
    await runOnServer(server.url, `CREATE DATABASE ${template}`)
    await applyMigrations(Object.assign(new URL(server.url), { pathname: `/${template}` }).href)
    return { environment: { TEST_POSTGRES_URL: server.url, TEST_POSTGRES_TEMPLATE: template }, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openEmbedded() {
  const { openEmbeddedPostgres } = await load('start/embedded-postgres.js')
  const folder = mkdtempSync(join(tmpdir(), 'actbench-test-'))
  const postgres = await openEmbeddedPostgres(folder, { isDurable: false })
  return {
    url: Object.assign(new URL(postgres.url), { pathname: '/postgres' }).href,
    async close() {
      await postgres.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function runOnServer(url, sql) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function load(path) {
  return import(pathToFileURL(join(root, 'build/src', path)).href)
}
