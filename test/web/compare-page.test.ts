import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPages } from '../support/browser/page-fixture.js'
import { NO_BROWSER, PHONE } from '../support/browser/visitor.js'

test('the page that compares functions', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(30)
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
    await api.database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: accuracies[1] } })
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
    await visitor.open(addressOf(best, second), '.compared td + td strong')
    assert.match(await visitor.read('.compared tbody td'), /best of these/)
    assert.match(await visitor.read('.compared tbody td + td'), /the noise is not known/)
    assert.equal((await page.$$('.plot .line')).length, 2)
  })

  await t.test('says whether a difference is beyond the noise', async () => {
    await setRuns(best.expression, [0.89, 0.9, 0.91])
    await setRuns(second.expression, [0.885, 0.895, 0.905])
    await setRuns(third.expression, [0.79, 0.8, 0.81])
    await visitor.open(addressOf(best, second, third), '.compared .beyond')
    // A run deviates by 1 point, so each median by 1.2533 / sqrt(3) = 0.72 and a difference by 1.02.
    assert.match(await visitor.read('.compared .within'), /^−0\.5\d* points ± 1\.\d+, within the noise$/)
    assert.match(await visitor.read('.compared .beyond'), /^−10\.\d* points ± 1\.\d+, beyond the noise$/)
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

  await t.test('keeps a text that is no expression, and says so; fits a phone', async () => {
    await page.setViewport(PHONE)
    await visitor.open(`${addressOf(best)}&f=tanh(`, '.bad')
    await page.waitForSelector('.compared td strong')
    await visitor.assertFits()
    await visitor.assertSound()
  })
})
