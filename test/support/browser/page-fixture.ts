import assert from 'node:assert/strict'
import type { TestApi } from '../api.js'
import { openTestApi } from '../api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../fixtures/learning-fixture.js'
import { openVisitor, type Visitor } from './visitor.js'

export interface PageFixture {
  readonly api: TestApi
  readonly visitor: Visitor
  readonly origin: string
}

/**
 * Opens a service with a dataset, `synthetic`, of some functions, and a browser that visits it. With spectra, all functions
 * but the last two have one.
 */
export async function openPages(functions: number, { withSpectra = false } = {}): Promise<PageFixture> {
  const api = await openTestApi()
  const measured = await storeFunctions(api.database, listFunctions(functions))
  await createSyntheticDataset(api.database, { measured, spectra: withSpectra ? measured.slice(0, -2) : undefined })
  const origin = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  return { api, origin, visitor: await openVisitor(origin) }
}

/** The most that a first visit of a page may need. */
const MOST_REQUESTS = 6
const MOST_UNITS = 2000

/** Opens a page as a first visit; fails if that needs more than six requests or 2,000 units. */
export async function assertFrugal({ api, visitor }: PageFixture, path: string, selector: string): Promise<void> {
  const { page, requests } = visitor
  // Live results of the page before would be charged too.
  await page.goto('about:blank')
  await page.setCacheEnabled(false)
  const [sent, spent] = [requests.length, await readUnits(api)]
  await visitor.open(path, selector)
  await page.waitForNetworkIdle({ idleTime: IDLE_MILLISECONDS, concurrency: STREAMS })
  const units = (await readUnits(api)) - spent
  await page.setCacheEnabled(true)
  const paths = requests.slice(sent)
  assert.ok(paths.length <= MOST_REQUESTS, `${path}: ${paths.length} requests: ${paths.join(' ')}`)
  assert.ok(units <= MOST_UNITS, `${path}: ${units} units`)
}

const IDLE_MILLISECONDS = 300
/** Streams of live results stay open. */
const STREAMS = 2

/** The units that the service has charged so far, to all clients. */
async function readUnits({ app }: TestApi): Promise<number> {
  return Number(/^actbench_operation_cost_total (\d+)$/m.exec(await app.gate.metrics.write())?.[1])
}
