import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFrugal, openPages } from '../support/browser/page-fixture.js'
import { NO_BROWSER, PHONE } from '../support/browser/visitor.js'

test('the page that compares functions', { skip: NO_BROWSER }, async (t) => {
  const fixture = await openPages(30)
  const { api, visitor } = fixture
  const { page } = visitor
  const list = await api.ask(
    '{ dataset(name: "synthetic") { leaderboard(first: 3) { nodes { expression validationAccuracy } } } }',
  )
  const [best, second, third]: { expression: string; validationAccuracy: number }[] =
    list.data.dataset.leaderboard.nodes
  const addressOf = (...functions: { expression: string }[]) =>
    `/compare?${new URLSearchParams(functions.map(({ expression }) => ['f', expression]))}`
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )
  const datasetId = (await api.database.prisma.dataset.findFirstOrThrow()).id
  /** Gives the function of an expression runs with these accuracies, and their median. */
  const setRuns = async (expression: string, accuracies: readonly [number, number, number]) => {
    const { id, activationId } = await api.database.prisma.evaluation.findFirstOrThrow({ where: { expression } })
    await api.database.prisma.run.createMany({
      data: accuracies.map((validationAccuracy, seed) => ({
        ...{ evaluationId: id, datasetId, activationId, datasetVersion: '1', seed, validationAccuracy },
      })),
    })
    const [, median] = accuracies.toSorted((a, b) => a - b)
    await api.database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: median } })
  }

  await t.test('begins empty, and a function is added with the keyboard', async () => {
    await visitor.open('/compare', 'input[role=combobox]')
    await page.type('input[role=combobox]', best.expression)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.compared td strong')
    assert.equal(new URL(page.url()).searchParams.get('f'), best.expression)
    assert.equal(await visitor.read('.compared td strong'), `${(100 * best.validationAccuracy).toFixed(2)}%`)
    await visitor.assertSound()
  })

  await t.test('says that the noise is not known if no function has several runs', async () => {
    await visitor.open(addressOf(best, second), '.compared td + td .small:last-child')
    await waitForText('.compared tbody td + td', 'points')
    assert.match(await visitor.read('.compared tbody td'), /best of these/)
    assert.match(await visitor.read('.compared tbody td + td'), /the noise is not known/)
    assert.equal((await page.$$('.plot .line')).length, 2)
  })

  await t.test('shows what the service says of a difference', async () => {
    await setRuns(best.expression, [0.89, 0.91, 0.9])
    await setRuns(second.expression, [0.9, 0.89, 0.895])
    await setRuns(third.expression, [0.8, 0.79, 0.81])
    await visitor.open(addressOf(best, third), '.compared .beyond')
    const { data } = await api.ask(
      `query ($a: String!, $b: String!) { dataset(name: "synthetic") {
        evaluation(expression: $a) { comparedWith(expression: $b) { difference pValue commonSeeds verdict } } } }`,
      { a: third.expression, b: best.expression },
    )
    const { difference, pValue, ...rest } = data.dataset.evaluation.comparedWith
    assert.deepEqual(rest, { commonSeeds: 3, verdict: 'WORSE' })
    const text = await visitor.read('.compared .beyond')
    // The mean of the differences by seed, not that of the medians, which is -9 points.
    assert.ok(Math.abs(difference + 0.1) < 1e-9 && pValue < 0.01)
    assert.match(text, /^−10\.0\d* points ± \d\.\d+: worse *p (<|=) 0\.00\d, 3 common seeds$/)
    await visitor.assertSound()
  })

  await t.test('corrects for many comparisons if there are more than two functions', async () => {
    await visitor.open(addressOf(best, second, third), '.compared .details')
    await page.waitForFunction("document.querySelectorAll('.compared .details').length === 2")
    assert.match(
      await visitor.read('.compared .within'),
      /^−0\.5\d* points ± \d\.\d+: cannot be told apart *p = 0\.\d+, adjusted p = [01]\.\d\d, 3 common seeds$/,
    )
    assert.match(await visitor.read('.compared td:last-child .small:last-child'), /: worse.*adjusted p (<|=) 0\.\d+/)
    await visitor.assertSound()
  })

  await t.test('removes a function, and a reload keeps the others', async () => {
    await page.click(`button[aria-label=${JSON.stringify(`Remove ${second.expression}`)}]`)
    for (let visit = 0; visit < 2; visit++) {
      await page.waitForFunction("document.querySelectorAll('.compared thead code').length === 2")
      await waitForText('.compared thead', third.expression)
      await page.reload()
    }
  })

  await t.test('six functions need six requests and 2,000 units at most', async () => {
    const more = await api.ask('{ dataset(name: "synthetic") { leaderboard(first: 6) { nodes { expression } } } }')
    await assertFrugal(fixture, addressOf(...more.data.dataset.leaderboard.nodes), '.compared .details')
  })

  await t.test('keeps a text that is no expression, and says so; fits a phone', async () => {
    await page.setViewport(PHONE)
    await visitor.open(`${addressOf(best)}&f=tanh(`, '.bad')
    await page.waitForSelector('.compared td strong')
    await visitor.assertFits()
    await visitor.open(addressOf(best, second, third), '.compared .details')
    await visitor.assertFits()
    await visitor.assertSound()
  })
})
