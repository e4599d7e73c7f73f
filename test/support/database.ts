import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { after, type TestContext } from 'node:test'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/db/connection/client.js'

/**
 * Opens a fresh database, cloned from the migrated template. It is dropped at the end of the test `t`, or of the file if
 * there is no `t`. `close` may be called earlier.
 */
export function openTestDatabase(t?: TestContext): Promise<Database> {
  return openClone(process.env.TEST_POSTGRES_TEMPLATE ?? 'actbench_template', t)
}

/** Opens a database like `openTestDatabase`, but without tables. */
export function openEmptyDatabase(t?: TestContext): Promise<Database> {
  return openClone('template1', t)
}

/** The address of the PostgreSQL that scripts/test.mjs started; throws if that script did not start the test. */
export function getTestServer(): string {
  const server = process.env.TEST_POSTGRES_URL
  if (!server) throw new Error('TEST_POSTGRES_URL: not set; run the test with `node scripts/test.mjs test/...`')
  return server
}

async function openClone(template: string, t?: TestContext): Promise<Database> {
  const server = getTestServer()
  const name = `test_${randomBytes(6).toString('hex')}`
  await runOnServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const database = openDatabase(url.href, { applicationName: 'actbench-test' })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= database.close().then(() => runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`))
    return closing
  }
  if (t) t.after(close)
  else after(close)
  return { ...database, close }
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
