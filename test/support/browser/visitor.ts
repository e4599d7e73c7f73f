import assert from 'node:assert/strict'
import { after } from 'node:test'
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'puppeteer-core'
import { launchBrowser, TIMEOUT_MILLISECONDS } from './launch-browser.js'

export { DESKTOP, PHONE } from './launch-browser.js'

/** Why tests in a browser are skipped; false if there is a browser. `find-browser.mjs` looks for it. */
export const NO_BROWSER = process.env.TEST_BROWSER
  ? false
  : 'this machine has no browser for the tests: install Chrome, or name one in CHROME_PATH'

/** What the browser says of WebGL without a graphics card. */
const SOFTWARE_WEBGL = /GL Driver Message .*GPU stall due to ReadPixels/
const MISSING = /the server responded with a status of 404/

export interface Visitor {
  readonly page: Page
  /** Paths of all requests so far, without the part behind the question mark. */
  readonly requests: string[]
  /** Opens an address of the service and waits until a selector is there. */
  open(path: string, selector: string): Promise<void>
  /** The text of the first element of a selector, with single spaces. */
  read(selector: string): Promise<string>
  /** Fails if the console has an error, a request went to another host, or axe finds something serious. */
  assertSound(): Promise<void>
  /** Fails if the page is wider than the window. */
  assertFits(): Promise<void>
}

/** Opens a browser that visits a service. It ends with the file. */
export async function openVisitor(origin: string): Promise<Visitor> {
  const browser = await launchBrowser()
  after(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(TIMEOUT_MILLISECONDS)
  const requests: string[] = []
  const problems: string[] = []
  const documents = new Set<string>()
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (request.isNavigationRequest()) documents.add(request.url())
    if (url.protocol === 'data:') return
    requests.push(url.pathname)
    if (url.origin !== origin) problems.push(`a request to ${url.origin}`)
  })
  page.on('console', (message) => {
    // An address that does not exist has a page that says so, with status 404.
    const isMissing = MISSING.test(message.text()) && documents.has(message.location().url ?? '')
    const isOfPage = !isMissing && !SOFTWARE_WEBGL.test(message.text())
    if (isOfPage && (message.type() === 'error' || message.type() === 'warn')) problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  const read = async (selector: string) => {
    const text = await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`)
    return String(text).replace(/\s+/g, ' ').trim()
  }
  return {
    page,
    requests,
    async open(path, selector) {
      await page.goto(origin + path)
      await page.waitForSelector(selector)
    },
    read,
    async assertSound() {
      assert.deepEqual(problems, [])
      await page.evaluate(axe.source)
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      assert.deepEqual(
        serious.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
        [],
      )
    },
    async assertFits() {
      const widths = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]')
      const [inner, outer] = widths as [number, number]
      assert.ok(inner <= outer, `${page.url()}: ${inner} px in a window of ${outer} px`)
    },
  }
}
