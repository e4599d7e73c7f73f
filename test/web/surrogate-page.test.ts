import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateSurrogate as requestSurrogate } from '../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { createViewer } from '../support/fixtures/training-fixture.js'

const FUNCTIONS = 80
const ADDRESS = '/surrogates/synthetic'
const QUARTERS = '[aria-labelledby=quarters-title] tbody tr'

interface Predicted {
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number
  readonly measured: number
}

test('the page of a surrogate', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(FUNCTIONS)
  const { page } = visitor
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )

  await t.test('says so if there is none', async () => {
    await visitor.open(ADDRESS, '#versions-title')
    assert.match(await visitor.read('main'), /No surrogate is ready yet/)
  })

  const viewer = await createViewer(api.database, 'fitter', ['TRAIN'])
  const { id } = await requestSurrogate(api.database, viewer, { dataset: 'synthetic', algorithm: 'GAUSSIAN_PROCESS' })
  await updateSurrogate(api.database, { surrogateId: id })
  const { data } = await api.ask(`{ dataset(name: "synthetic") { surrogate {
    quality { spearman quarters { functions intervalCoverage } }
    predictions(evaluated: true, first: 5000) { nodes { expression mean standardDeviation measured } }
  } } }`)
  const { quality, predictions } = data.dataset.surrogate
  const nodes: readonly Predicted[] = predictions.nodes

  await t.test('shows calibration, coverage by quarter and the largest errors', async () => {
    await visitor.open(ADDRESS, QUARTERS)
    const label = await page.evaluate("document.querySelector('.calibration svg').getAttribute('aria-label')")
    assert.match(String(label), new RegExp(`of ${FUNCTIONS} functions in Synthetic`))
    const cells = `${QUARTERS}:first-child`
    // By cross-validation: the predictions that are shown as dots leave out only the function itself.
    const [{ functions, intervalCoverage }] = quality.quarters
    assert.equal(functions, FUNCTIONS / 4)
    assert.equal(await visitor.read(`${cells} td:nth-of-type(2)`), String(functions))
    assert.equal(await visitor.read(`${cells} td:nth-of-type(3)`), (100 * intervalCoverage).toFixed(1))
    const [worst] = [...nodes].sort((a, b) => Math.abs(b.mean - b.measured) - Math.abs(a.mean - a.measured))
    assert.equal(await visitor.read('.worst tbody code'), worst.expression)
    assert.ok((await visitor.read('.versions tbody tr')).includes(String(Number(quality.spearman.toFixed(3)))))
    await visitor.assertSound()
  })

  await t.test('a dot tells its function', async () => {
    const [left, top] = (await page.evaluate(`(() => {
      const { left, top } = document.querySelector('.calibration .dots').ownerSVGElement.getBoundingClientRect()
      const [x, y] = document.querySelector('.calibration .dots').getAttribute('d').match(/M([\\d.]+) ([\\d.]+)/).slice(1)
      return [left + Number(x), top + Number(y)]
    })()`)) as [number, number]
    await page.mouse.move(left, top)
    await page.waitForSelector('.calibration figcaption code')
    const shown = await visitor.read('.calibration figcaption code')
    assert.ok(nodes.some(({ expression }) => expression === shown))
  })

  await t.test('is fitted again with a key, shows the progress, and then the new version', async () => {
    const secret = await api.createKey('TRAIN')
    await page.type('input[type=password]', secret)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.refit')
    await page.focus('.refit button')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.job[data-state=QUEUED]')
    const { id: surrogateId } = await api.database.prisma.surrogate.findFirstOrThrow({ where: { version: 2 } })
    await api.database.prisma.surrogate.update({
      where: { id: surrogateId },
      data: { state: 'FITTING', progress: 0.5 },
    })
    await page.waitForFunction("document.querySelector('.job[data-state=FITTING] progress')?.value === 0.5")
    await updateSurrogate(api.database, { surrogateId })
    await waitForText('.job', 'Version 2 is ready')
    await page.click('.job a')
    await page.waitForFunction("location.search === '?version=2'")
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('.subtitle', 'version 2: Map and neighbours')
      await page.waitForSelector('.worst tbody tr')
      await page.reload()
    }
    await visitor.assertSound()
  })

  await t.test('fits a phone, in the dark too', async () => {
    await page.setViewport(PHONE)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await visitor.open(ADDRESS, QUARTERS)
    await visitor.assertFits()
    await visitor.assertSound()
    await page.emulateMediaFeatures([])
    await page.setViewport(DESKTOP)
  })

  await t.test('says so if there is no such dataset', async () => {
    await visitor.open('/surrogates/nothing', '.notice')
    assert.match(await visitor.read('.notice'), /nothing/)
  })
})
