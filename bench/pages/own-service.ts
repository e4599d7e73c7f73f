import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { PROJECT_ROOT } from '../../src/root.js'
import { findFreePort } from '../../src/start/free-port.js'
import { startActbench } from '../../test/support/actbench.js'
import { launchBrowser } from '../../test/support/browser/launch-browser.js'
import { waitUntil } from '../../test/support/wait-until.js'

export interface OwnService {
  readonly address: string
  readonly browser: Browser
  /** Sends an operation with the admin key. Throws if the answer has errors. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
  ask(query: string, variables?: Record<string, unknown>): Promise<any>
  /** The units that the service has charged so far. */
  readUnits(): Promise<number>
  close(): Promise<void>
}

/** Starts the product with the shipped data in a folder of its own, and a browser. */
export async function openOwnService(): Promise<OwnService> {
  Object.assign(process.env, await findBrowser())
  const folder = mkdtempSync(join(tmpdir(), 'actbench-pages-'))
  const [port, metricsPort] = [await findFreePort(), await findFreePort()]
  const address = `http://127.0.0.1:${port}`
  const { child, said, ended } = startActbench(['start'], {
    ...{ PORT: String(port), ACTBENCH_METRICS_PORT: String(metricsPort), ACTBENCH_DATA: folder },
  })
  await waitUntil(() => said.stdout.includes('Ctrl-C stops it.') || child.exitCode !== null)
  const key = /abk_\S+/.exec(said.stdout)?.[0]
  if (key === undefined) throw new Error(`the service did not start:\n${said.stdout}${said.stderr}`)
  const browser = await launchBrowser()
  return {
    address,
    browser,
    async ask(query, variables = {}) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
      const body = JSON.stringify({ query, variables })
      const answer = await (await fetch(`${address}/graphql`, { method: 'POST', headers, body })).json()
      if (answer.errors) throw new Error(`${query}\n${JSON.stringify(answer.errors)}`)
      return answer.data
    },
    async readUnits() {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
      return Number(/^actbench_operation_cost_total (\d+)$/m.exec(text)?.[1])
    },
    async close() {
      await browser.close()
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The environment variables that name a browser. Throws if this machine has none. */
export async function findBrowser(): Promise<Record<string, string>> {
  const file = join(PROJECT_ROOT, 'test/support/browser/find-browser.mjs')
  const found = (await import(pathToFileURL(file).href)).findTestBrowser()
  if (!found.TEST_BROWSER) throw new Error('this machine has no browser: install Chrome, or name one in CHROME_PATH')
  return found
}
