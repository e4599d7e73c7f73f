import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { fitBenchmark } from '../support/benchmark.js'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { countSubscriptions } from '../support/fixtures/client-fixture.js'
import { waitUntil } from '../support/wait-until.js'

const FUNCTIONS = 120
const MAP = '/datasets/synthetic/map'
const DRAWN = `.map canvas[data-drawn="${FUNCTIONS}"]`
const FIELD = '.map input[role=combobox]'
/** A function that the service has not stored. */
const NEW = 'mish(softsign(erf(x)))'

test('the page of a map', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(FUNCTIONS, { withSpectra: true })
  const { page } = visitor
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )
  /** The middle of the ring around the highlighted function. */
  const findMark = async () =>
    (await page.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector('.map-mark.found').getBoundingClientRect()
      return [left + width / 2, top + height / 2]
    })()`)) as [number, number]

  await t.test('a dataset without a surrogate says so, and shows the map after its first fit', async () => {
    await visitor.open(MAP, '.notice')
    assert.match(await visitor.read('.notice'), /no surrogate that is ready/)
    await waitUntil(async () => (await countSubscriptions(api)) === 1)
    await fitBenchmark(api.database, { dataset: { name: 'synthetic' } })
    await page.waitForSelector(DRAWN)
    assert.match(await visitor.read('.map-count'), /surrogate 1\./)
    await visitor.assertSound()
  })

  const answer = await api.ask(`{ dataset(name: "synthetic") { surrogate { embedding(first: 200) { nodes {
    expression validationAccuracy predictedMean } } } } }`)
  const nodes: { expression: string; validationAccuracy: number; predictedMean: number }[] =
    answer.data.dataset.surrogate.embedding.nodes

  await t.test('shows all points', async () => {
    await visitor.open(MAP, DRAWN)
    assert.equal(await visitor.read('.map-count'), `${FUNCTIONS} of ${FUNCTIONS} functions, surrogate 1.`)
  })

  await t.test('lists the best functions of what the colour says, and the address keeps the colour', async () => {
    const best = (read: (node: (typeof nodes)[number]) => number) =>
      nodes.reduce((a, b) => (read(b) > read(a) ? b : a)).expression
    await waitForText(
      '.map-list li code',
      best((node) => node.validationAccuracy),
    )
    await page.select('.map select', 'predicted')
    await page.waitForFunction("location.search === '?colour=predicted'")
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('.map-legend figcaption', 'Predicted accuracy')
      await waitForText(
        '.map-list li code',
        best((node) => node.predictedMean),
      )
      await page.reload()
    }
  })

  await t.test('highlights a function; its point shows curve and value, and opens it', async () => {
    const { expression, validationAccuracy } = nodes[30]
    await visitor.open(MAP, DRAWN)
    await page.type(FIELD, expression)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.map-mark.found')
    await page.reload()
    await page.waitForSelector('.map-mark.found')
    await page.waitForSelector(DRAWN)
    await page.evaluate("document.querySelector('.map-picture').scrollIntoView({ block: 'center' })")
    const [x, y] = await findMark()
    await page.mouse.move(x, y)
    await waitForText('.map-tip code', expression)
    assert.match(await visitor.read('.map-tip'), new RegExp(`measured ${(100 * validationAccuracy).toFixed(2)}%`))
    assert.ok(await page.$('.map-tip .curve'))
    await visitor.assertSound()
    await page.mouse.click(x, y)
    await page.waitForFunction(
      `decodeURIComponent(location.pathname) === ${JSON.stringify(`/functions/${expression}`)}`,
    )
  })

  await t.test('shows the map by outputs and by spectra, and the address keeps it', async () => {
    await visitor.open(MAP, DRAWN)
    const clickMap = (title: string) => page.click(`::-p-xpath(//button[text()='${title}'])`)
    await clickMap('Spectra')
    for (let visit = 0; visit < 2; visit++) {
      await page.waitForFunction("location.search === '?by=spectra'")
      // Two functions have no spectrum.
      await page.waitForSelector(`.map canvas[data-drawn="${FUNCTIONS - 2}"]`)
      await page.waitForSelector('.choices button[aria-pressed=true]')
      assert.equal(await visitor.read('.choices button[aria-pressed=true]'), 'Spectra')
      await page.reload()
    }
    await page.waitForSelector('.map-controls')
    await clickMap('Outputs')
    await page.waitForFunction("location.search === '?by=outputs'")
    await page.waitForSelector(DRAWN)
    await visitor.open(`${MAP}?by=spectra&f=${encodeURIComponent(NEW)}`, '.found-function')
    await waitForText('.found-function', 'no place on this map')
    await visitor.assertSound()
  })

  await t.test('shows the map by both features for an address with another name', async () => {
    for (const by of ['toString', 'nothing', '']) {
      await visitor.open(`${MAP}?by=${by}`, DRAWN)
      assert.equal(await visitor.read('.choices button[aria-pressed=true]'), 'Outputs and spectra')
    }
  })

  await t.test('places a function that is not stored, by both and by outputs, next to what is near it', async () => {
    for (const by of ['', '&by=outputs']) {
      await visitor.open(`${MAP}?f=${encodeURIComponent(NEW)}${by}`, '.map-mark.found')
      await waitForText('.found-function', 'The ring shows its place')
      await waitForText('.map h2', 'Nearest functions')
      const [x, y] = await findMark()
      assert.ok(Number.isFinite(x) && Number.isFinite(y))
    }
    await visitor.assertSound()
  })

  await t.test('says what is wrong with a function that cannot be placed', async () => {
    await visitor.open(`${MAP}?f=${encodeURIComponent('tanh(y)')}`, '.map .notice')
    assert.match(await visitor.read('.map .notice'), /position 5/)
    await visitor.open(`${MAP}?f=${encodeURIComponent('reciprocal(zero(x))')}`, '.map .notice')
    assert.match(await visitor.read('.map .notice'), /Infinity/)
    await page.waitForSelector('.map-list li')
  })

  await t.test('the list shows a function on the map while it has the focus', async () => {
    await page.focus('.map-list a')
    const first = await visitor.read('.map-list li code')
    await waitForText('.map-tip code', first)
    await page.keyboard.press('Enter')
    await page.waitForFunction("location.pathname.startsWith('/functions/')")
  })

  await t.test('a new fit replaces the map, and places the highlighted function again', async () => {
    await visitor.open(`${MAP}?f=${encodeURIComponent(NEW)}`, '.map-mark.found')
    await waitUntil(async () => (await countSubscriptions(api)) === 1)
    const { datasetId, version } = await api.database.prisma.surrogate.findFirstOrThrow()
    const { id } = await api.database.prisma.surrogate.create({
      data: { datasetId, version: version + 1, algorithm: 'UMAP_KNN' },
    })
    const asked = visitor.requests.length
    await updateSurrogate(api.database, { surrogateId: id })
    await waitForText('.map-count', `surrogate ${version + 1}.`)
    await page.waitForSelector(DRAWN)
    await page.waitForSelector('.map-mark.found')
    // The points, and the place of the function.
    await waitUntil(async () => visitor.requests.length >= asked + 2)
    await visitor.assertSound()
  })

  await t.test('fits a phone, in the dark too', async () => {
    await page.setViewport(PHONE)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await visitor.open(`${MAP}?f=${encodeURIComponent(NEW)}`, '.map-mark.found')
    await visitor.assertFits()
    await visitor.assertSound()
    await page.emulateMediaFeatures([])
    await page.setViewport(DESKTOP)
  })

  await t.test('a browser without WebGL says so and shows the list', async () => {
    const { identifier } = await page.evaluateOnNewDocument('HTMLCanvasElement.prototype.getContext = () => null')
    await visitor.open(MAP, '.map .notice')
    assert.match(await visitor.read('.map .notice'), /no WebGL/)
    assert.ok((await page.$$('.map-list li')).length > 10)
    await page.removeScriptToEvaluateOnNewDocument(identifier)
  })
})
