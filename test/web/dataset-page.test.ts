import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATOR } from '../../src/commands/operator.js'
import { createSnapshot } from '../../src/services/snapshots/create-snapshot.js'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { countSubscriptions } from '../support/fixtures/client-fixture.js'
import { waitUntil } from '../support/wait-until.js'

const FUNCTIONS = 300
const ROW = '.leaderboard tbody tr[aria-rowindex]'
const FIRST = `${ROW}[aria-rowindex="2"]`

test('the page of a dataset', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(FUNCTIONS)
  const { page } = visitor
  const list = await api.ask('{ dataset(name: "synthetic") { leaderboard(first: 200) { nodes { expression rank } } } }')
  const best: { expression: string; rank: number }[] = list.data.dataset.leaderboard.nodes
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )

  await t.test('shows the leaderboard', async () => {
    await visitor.open('/datasets/synthetic', FIRST)
    assert.equal(await visitor.read(`${FIRST} code`), best[0].expression)
    assert.equal(await visitor.read('.count'), `${FUNCTIONS} functions`)
    await visitor.assertSound()
  })

  await t.test('draws only the rows in view, and all of them can be reached', async () => {
    assert.ok(Number(await page.evaluate(`document.querySelectorAll('${ROW}').length`)) < 60)
    await page.evaluate("document.querySelector('.table-box').scrollTo(0, 1e7)")
    await page.waitForSelector(`${ROW}[aria-rowindex="${FUNCTIONS + 1}"]`)
  })

  await t.test('jumps into the middle without the rows before', async () => {
    await visitor.open('/datasets/synthetic', FIRST)
    const asked = visitor.requests.filter((path) => path === '/graphql').length
    await page.evaluate("document.querySelector('.table-box').scrollTo(0, 180 * 56)")
    const row = `${ROW}[aria-rowindex="182"]`
    await page.waitForSelector(row)
    assert.equal(await visitor.read(`${row} code`), best[180].expression)
    assert.equal(await visitor.read(`${row} .rank`), String(best[180].rank))
    // The 24 rows in view and around it lie in one or two blocks.
    const requests = visitor.requests.filter((path) => path === '/graphql').length - asked
    assert.ok(requests >= 1 && requests <= 2, `${requests} requests`)
  })

  await t.test('shows where a function stands, and the address keeps it', async () => {
    const { expression, rank } = best[150]
    await page.type('input[role=combobox]', expression)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await waitForText('.found-function', `rank ${rank}`)
    await waitForText('.leaderboard .found code', expression)
    await page.reload()
    await waitForText('.leaderboard .found code', expression)
    await visitor.assertSound()
  })

  await t.test('filters and sorts, and a reload keeps both', async () => {
    await visitor.open('/datasets/synthetic', FIRST)
    await page.type('input[name=operators]', 'tanh')
    await page.keyboard.press('Tab')
    await page.select('select', 'VALIDATION_ACCURACY')
    await page.waitForFunction("location.search === '?operators=tanh'")
    const filtered = await api.ask(`{ dataset(name: "synthetic") {
      leaderboard(first: 1, filter: { activation: { operators: ["tanh"] } }) { totalCount nodes { expression rank } } } }`)
    const { totalCount, nodes } = filtered.data.dataset.leaderboard
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('.count', `${totalCount} function`)
      await waitForText(FIRST, nodes[0].expression)
      await waitForText(`${FIRST} .rank`, String(nodes[0].rank))
      await page.reload()
    }
  })

  await t.test('filters by the number of runs and by a range of the metric', async () => {
    await visitor.open('/datasets/synthetic?runs=1', '.count')
    await waitForText('.count', '0 functions')
    const highest = await api.ask(`{ dataset(name: "synthetic") {
      leaderboard(first: 1, filter: { validationAccuracy: { min: 0.6, max: 0.65 } }) { totalCount } } }`)
    await visitor.open('/datasets/synthetic?min=60&max=65', '.count')
    await waitForText('.count', `${highest.data.dataset.leaderboard.totalCount} function`)
    await page.select('.filters select', 'TEST_ACCURACY')
    await page.waitForFunction("location.search === '?sort=TEST_ACCURACY'")
  })

  await t.test('a better result moves to the top, and the others get new ranks', async () => {
    await visitor.open('/datasets/synthetic', FIRST)
    const { id } = await api.database.prisma.evaluation.findFirstOrThrow({ where: { expression: best[20].expression } })
    await waitUntil(async () => (await countSubscriptions(api)) === 1)
    await api.database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: 0.999 } })
    await waitForText(`${FIRST} code`, best[20].expression)
    assert.match(await visitor.read(`${ROW}[aria-rowindex="3"] .rank`), /^2/)
    assert.equal(await visitor.read(`${ROW}[aria-rowindex="3"] code`), best[0].expression)
  })

  await t.test('shows the leaderboard of a snapshot, and what changed since', async () => {
    const { prisma } = api.database
    await createSnapshot(api.database, OPERATOR, { dataset: 'synthetic', name: 'cited' })
    await visitor.open('/datasets/synthetic', '.snapshots')
    await page.evaluate("document.querySelector('.snapshots').scrollIntoView()")
    await waitForText('.snapshot-list h3', 'cited')
    assert.match(await visitor.read('.snapshot-list p'), new RegExp(`· ${FUNCTIONS} functions ·`))
    // Nothing is asked before somebody opens the details.
    assert.equal(await page.$('.snapshots details table'), null)
    await page.click('.snapshots summary')
    await waitForText('.snapshots details', 'Nothing changed since.')
    const [first, second] = await prisma.evaluation.findMany({ orderBy: { validationAccuracy: 'desc' }, take: 2 })
    assert.equal(await visitor.read('.snapshots details tbody code'), first.expression)

    await prisma.evaluation.update({ where: { id: first.id }, data: { validationAccuracy: 0.25 } })
    await visitor.open('/', 'h1')
    await page.setCacheEnabled(false)
    await visitor.open('/datasets/synthetic', '.snapshots')
    await page.evaluate("document.querySelector('.snapshots').scrollIntoView()")
    await page.waitForSelector('.snapshots summary')
    await page.click('.snapshots summary')
    const before = (100 * Number(first.validationAccuracy)).toFixed(2)
    await waitForText('.snapshots details li', `${first.expression} changed: ${before}% → 25.00%`)
    await waitForText('.snapshots details', '1 evaluation changed since.')
    // The snapshot has the leaderboard as it was; the dataset has another best function by now.
    assert.equal(await visitor.read('.snapshots details tbody code'), first.expression)
    await waitForText(`${FIRST} code`, second.expression)
    await visitor.assertSound()
    await page.setCacheEnabled(true)
  })

  await t.test('fits a phone', async () => {
    await page.setViewport(PHONE)
    await visitor.open('/datasets/synthetic', FIRST)
    await visitor.assertFits()
    const room = await page.evaluate(`document.querySelector('${FIRST} .function').getBoundingClientRect().width`)
    assert.ok(Number(room) > 120, `a function has ${room} px`)
    await visitor.assertSound()
    await page.setViewport(DESKTOP)
  })

  await t.test('leads to the map, the surrogate, the searches and back', async () => {
    await visitor.open('/datasets/synthetic', '.links a')
    await page.click('.links a')
    await waitForText('h1', 'Map of Synthetic')
    await page.click('.subtitle a')
    await page.waitForSelector('.links')
    await page.click('.links a[href^="/surrogates"]')
    await waitForText('h1', 'Surrogate of Synthetic')
    await page.click('.subtitle a')
    await waitForText('h1', 'Synthetic')
    await page.click('.links a[href^="/searches"]')
    await waitForText('h1', 'Searches')
    assert.equal(await page.evaluate('location.search'), '?dataset=synthetic')
  })

  await t.test('a dataset that does not exist has a page that says so', async () => {
    await visitor.open('/datasets/nothing', '.notice')
    assert.match(await visitor.read('.notice'), /nothing/)
  })
})
