// Measures the leaderboard and the map of a large dataset in a browser, and writes the table of docs/lab/large-pages.md.
//   node build/bench/pages/large-dataset.js [functions]      default: 400,000
// One process serves a new PostgreSQL in which every function has an evaluation and a place on the map. WebGL is drawn by the
// processor, because machines for tests have no graphics card.
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import type { Page } from 'puppeteer-core'
import { buildApp } from '../../src/app.js'
import { type Database, openDatabase } from '../../src/db/connection/client.js'
import { openEvents } from '../../src/db/connection/events.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { createBudget } from '../../src/services/access/budget.js'
import { describeActivation } from '../../src/services/activations/describe-activation.js'
import { keepOutdatedCounts } from '../../src/services/evaluations/counts-watch.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { launchBrowser } from '../../test/support/browser/launch-browser.js'
import { writeBetweenMarks } from '../report/write-between-marks.js'
import { findBrowser } from './own-service.js'

const functions = Number(process.argv[2] ?? 400_000)
const PAGE = '/datasets/large'
/** The element of a row that is loaded. */
const rowAt = (index: number) => `.leaderboard tr[aria-rowindex="${index + 2}"]`
const lines: string[] = []
let sought = ''
const note = (what: string, value: string) => {
  lines.push(`| ${what} | ${value} |`)
  console.log(lines.at(-1))
}

Object.assign(process.env, await findBrowser())
const folder = mkdtempSync(join(tmpdir(), 'actbench-large-'))
const postgres = await openEmbeddedPostgres(folder)
try {
  await applyMigrations(postgres.url)
  const database = openDatabase(postgres.url)
  await fill(database)
  const events = await openEvents(postgres.url)
  const budget = createBudget(database, 0)
  const app = await buildApp({ database, events, log: pino({ level: 'warn' }), version: '1', budget })
  await app.http.listen({ port: 0, host: '127.0.0.1' })
  const address = `http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}`
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(600_000)
    await measureMap(page, address)
    await measureLeaderboard(page, address)
  } finally {
    await browser.close()
    await app.close()
    await events.close()
    await database.close()
  }
} finally {
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
}
const about = `${functions.toLocaleString('en-US')} functions, ${cpus()[0].model}.`
const table = `${about}\n\n| | |\n| --- | --- |\n${lines.join('\n')}\n`
writeBetweenMarks(join(PROJECT_ROOT, 'docs/lab/large-pages.md'), 'large-dataset', table)

/** Functions of five operators, whose numbers are the digits of their number in base 25. */
async function fill(database: Database): Promise<void> {
  const { pool } = database
  const unary = `'{identity,negative,abs,reciprocal,square,exp,erf,erfc,sinh,cosh,tanh,expm1,sigmoid,log_sigmoid,arcsinh,arctan,
    bessel_i0e,bessel_i1e,relu,elu,selu,swish,softplus,softsign,hard_sigmoid}'::text[]`
  const digit = (power: number) => `u.names[1 + i / ${25 ** power} % 25]`
  await pool.query(`
    INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
      VALUES ('large', '1', 'Large', 'Rows for measurements.', 'none', 'none', 'IMPORTED', now());
    INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
      SELECT sha256(i::text::bytea), 2,
        format('%s(%s(%s(x)),%s(%s(x)))', b.names[1 + i / 390625 % 4], ${[0, 1, 2, 3].map(digit).join(', ')}), 3,
        array[b.names[1 + i / 390625 % 4], ${[0, 1, 2, 3].map(digit).join(', ')}], true, false
      FROM generate_series(0, ${functions} - 1) i, (SELECT ${unary} AS names) u,
        (SELECT '{max,add,mul,min}'::text[] AS names) b;
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin, validation_accuracy, updated_at)
      SELECT 1, id, expression, 'IMPORTED', round((0.1 + 0.8 * sqrt(random()))::numeric, 4), now()
      FROM activations;
    INSERT INTO surrogates (dataset_id, version, algorithm, state, progress, features, trained_on, left_out, candidates, fitted_at,
      spearman, folds)
      VALUES (1, 1, 'UMAP_KNN', 'READY', 1, '{OUTPUTS}', ${functions}, 0, ${functions}, now(), 0.8, 5);
    INSERT INTO surrogate_points (surrogate_id, activation_id, x, y, mean, standard_deviation, measured, features)
      SELECT 1, e.activation_id, 10 * random() + id % 7, 10 * random() + id % 5, e.validation_accuracy + random() / 50, 0.02,
        e.validation_accuracy, '{OUTPUTS}' FROM evaluations e;
    ANALYZE`)
  // The functions have other identities than their outputs, except the one that the page looks for.
  const { rows } = await pool.query('SELECT id, expression FROM activations WHERE id = $1', [
    Math.round(0.7 * functions),
  ])
  sought = rows[0].expression
  await pool.query("UPDATE activations SET identity = decode($2, 'hex') WHERE id = $1", [
    rows[0].id,
    describeActivation(sought).identityHex,
  ])
  // As autovacuum does: then an index has all that a jump reads.
  await pool.query('VACUUM ANALYZE evaluations')
  // As the server does within seconds.
  await keepOutdatedCounts(database)
}

async function measureLeaderboard(page: Page, address: string): Promise<void> {
  const started = performance.now()
  await page.goto(address + PAGE)
  await page.waitForSelector(rowAt(0))
  note('first row of the leaderboard', seconds(started))
  const { total, height } = (await page.evaluate(`(() => {
    const box = document.querySelector('.table-box')
    return { total: Number(document.querySelector('table.leaderboard').ariaRowCount) - 1, height: box.scrollHeight }
  })()`)) as { total: number; height: number }
  note(
    'rows, and the height of the table',
    `${total.toLocaleString('en-US')}, ${(height / 1e6).toFixed(1)} million pixels`,
  )
  for (const share of [0.5, 1, 0.25]) {
    const began = performance.now()
    await page.evaluate(`(() => {
      const box = document.querySelector('.table-box')
      box.scrollTop = ${share} * (box.scrollHeight - box.clientHeight)
    })()`)
    const near = Math.round(share * (total - 1))
    await page.waitForFunction(`[...document.querySelectorAll('.leaderboard tr[aria-rowindex]')].some((row) =>
      Math.abs(Number(row.ariaRowIndex) - 2 - ${near}) < 20)`)
    note(`jump to row ${(near + 1).toLocaleString('en-US')}`, seconds(began))
  }
  const began = performance.now()
  await page.type('input[role=combobox]', sought)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.leaderboard .found')
  note('"where is my function", typing included', seconds(began))
  note('elements and memory of the page', await describeMemory(page))
}

async function measureMap(page: Page, address: string): Promise<void> {
  const started = performance.now()
  await page.goto(`${address}${PAGE}/map`)
  await page.waitForSelector('.map canvas[data-drawn]')
  note('first 3,000 points of the map', seconds(started))
  const clicked = performance.now()
  await page.click('.map-count button')
  await page.evaluate(`(() => {
    performance.setResourceTimingBufferSize(1000)
    const canvas = document.querySelector('.map canvas')
    const look = () => {
      if (Number(canvas.dataset.drawn) <= 5000) return requestAnimationFrame(look)
      const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/graphql'))
      // The frame after the one that drew the points.
      requestAnimationFrame(() => {
        window.drawn = {
          points: Number(canvas.dataset.drawn),
          seconds: (performance.now() - Math.max(...answers.map(({ responseEnd }) => responseEnd))) / 1000,
        }
      })
    }
    look()
  })()`)
  let drawn: { points: number; seconds: number } | null = null
  while (drawn === null) {
    await sleep(500)
    drawn = (await page.evaluate('window.drawn ?? null')) as { points: number; seconds: number } | null
    const problem = await page.evaluate(
      "document.querySelector('.map-count ~ .notice, section .notice')?.textContent ?? ''",
    )
    if (problem !== '') throw new Error(`the map: ${problem}`)
  }
  note('points of the whole map', drawn.points.toLocaleString('en-US'))
  note('from the click to the last answer and its picture', seconds(clicked))
  note('from the last answer to the picture', `${drawn.seconds.toFixed(2)} s`)
  const changed = performance.now()
  await page.select('.map select', 'predicted')
  await page.waitForFunction("document.querySelector('.map-legend figcaption').textContent.startsWith('Predicted')")
  note('another colour', seconds(changed))
  const [x, y] = (await page.evaluate(`(() => {
    const { left, top, width, height } = document.querySelector('.map-picture').getBoundingClientRect()
    return [left + width / 2, top + height / 2]
  })()`)) as [number, number]
  const pointed = performance.now()
  await page.mouse.move(x, y)
  await page.waitForSelector('.map-tip')
  note('curve and value of a point under the pointer', seconds(pointed))
  note('elements and memory of the page', await describeMemory(page))
}

async function describeMemory(page: Page): Promise<string> {
  const { Nodes = 0, JSHeapUsedSize = 0 } = await page.metrics()
  return `${Nodes.toLocaleString('en-US')} elements, ${(JSHeapUsedSize / 1e6).toFixed(0)} MB`
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`
}
