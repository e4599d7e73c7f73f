import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitBenchmark } from '../support/benchmark.js'
import { assertFrugal, openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'

const LINKS = ['Datasets', 'Compare', 'Searches', 'Jobs', 'Docs', 'API']
/** Each page, and a sign that it is complete. */
const PAGES = [
  ['/', '.card'],
  ['/datasets/synthetic', '.leaderboard tbody tr[aria-rowindex="2"]'],
  ['/datasets/synthetic/map', '.map canvas[data-drawn]'],
  ['/functions/relu(x)', '.code-block'],
  ['/compare?f=relu(x)&f=tanh(x)', 'table tbody tr'],
  ['/searches', '.plain tbody tr'],
  ['/jobs', 'tr[data-job]'],
  ['/surrogates/synthetic', '.worst tbody tr'],
  ['/graphql', '.schema-panel dt'],
] as const

test('every page', { skip: NO_BROWSER }, async (t) => {
  const fixture = await openPages(60)
  const { api, visitor } = fixture
  const { page } = visitor
  await fitBenchmark(api.database, { dataset: { name: 'synthetic' } })
  await createTrainable(api.database)
  const secret = await api.createKey('TRAIN', 'SEARCH')
  const { data, errors } = await api.ask(
    `mutation {
      trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)" }) { jobs { id } }
      createSearch(input: { dataset: "synthetic", algorithm: RANDOM, replay: true, budget: 5, seed: 1 }) { search { id } }
    }`,
    {},
    secret,
  )
  assert.deepEqual(errors, [])
  const search = `/searches/${encodeURIComponent(data.createSearch.search.id)}`

  for (const [path, selector] of [...PAGES, [search, '.numbers']] as const) {
    await t.test(`${path} needs six requests and 2,000 units at most`, () => assertFrugal(fixture, path, selector))
  }

  for (const [path, selector] of [
    ...PAGES,
    [search, '.numbers'],
    ['/docs', 'article h1'],
    ['/nothing', 'h1'],
  ] as const) {
    for (const [device, viewport, colours] of [
      ['a desktop', DESKTOP, 'light'],
      ['a phone', PHONE, 'dark'],
    ] as const) {
      await t.test(
        `${path} is sound, fits and can be walked through with the keyboard on ${device}, ${colours}`,
        async () => {
          await page.setViewport(viewport)
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colours }])
          await visitor.open(path, selector)
          await visitor.assertFits()
          assert.deepEqual(await walkHeader(), ['Skip to the content', 'actbench', ...LINKS])
          assert.deepEqual(await page.evaluate(HIDDEN_LINKS), [])
          await page.keyboard.press('Tab')
          assert.equal(await page.evaluate("document.activeElement.closest('main') !== null"), true)
          assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none')
          await visitor.assertSound()
        },
      )
    }
  }

  /** Presses Tab from the start of the page, and returns the texts of the links of the header in their order. */
  async function walkHeader(): Promise<string[]> {
    const texts: string[] = []
    for (let step = 0; step < LINKS.length + 2; step++) {
      await page.keyboard.press('Tab')
      texts.push(String(await page.evaluate('document.activeElement.textContent.trim()')))
    }
    return texts
  }

  await t.test('the first link leads past the header', async () => {
    await visitor.open('/', '.card')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate("document.activeElement.closest('main') !== null"), true)
  })

  await t.test('the link to the datasets scrolls to them', async () => {
    await page.setViewport(PHONE)
    await visitor.open('/jobs', 'h1')
    await page.click('.site-header nav a')
    await page.waitForSelector('.card')
    await page.waitForFunction("document.querySelector('#datasets').getBoundingClientRect().top < innerHeight / 2")
    await page.setViewport(DESKTOP)
  })

  await t.test('the header shows where the visitor is', async () => {
    const read = () => page.evaluate("document.querySelector('.site-header [aria-current]')?.textContent ?? null")
    for (const [path, selector, title] of [
      ['/', '.card', null],
      ['/datasets/synthetic', 'table', 'Datasets'],
      [search, '.numbers', 'Searches'],
      ['/docs', 'article', 'Docs'],
    ] as const) {
      await visitor.open(path, selector)
      assert.equal(await read(), title)
    }
  })
})

/** The links of the header that are not in view, or too small for a finger. */
const HIDDEN_LINKS = `[...document.querySelectorAll('.site-header nav a')]
  .filter((link) => {
    const { left, right, top, bottom } = link.getBoundingClientRect()
    return left < 0 || right > innerWidth || top < 0 || bottom - top < 24
  })
  .map((link) => link.textContent)`
