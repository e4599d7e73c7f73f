import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'

test('the first page', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(40)
  const { page } = visitor
  const FIELD = 'input[role=combobox]'

  await t.test('shows datasets with their best function', async () => {
    await visitor.open('/', '.card')
    // The page takes the answer that its head has requested.
    assert.equal(visitor.requests.filter((path) => path === '/graphql').length, 1)
    const best = await api.ask(
      '{ dataset(name: "synthetic") { leaderboard(first: 1) { nodes { expression validationAccuracy } } } }',
    )
    const [{ expression, validationAccuracy }] = best.data.dataset.leaderboard.nodes
    assert.equal(await visitor.read('.card h3'), 'Synthetic')
    assert.equal(await visitor.read('.card .best code'), expression)
    assert.equal(await visitor.read('.card .best strong'), `${(100 * validationAccuracy).toFixed(2)}%`)
    await visitor.assertSound()
  })

  await t.test('completes a function while it is typed, without a request', async () => {
    const requests = visitor.requests.length
    await page.type(FIELD, 'max(x,ta')
    await page.waitForSelector('[role=option]')
    assert.match(await visitor.read('[role=option]'), /^tanh/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(`document.querySelector('${FIELD}').value`), 'max(x,tanh(x))')
    await page.waitForFunction("document.querySelector('.plot figcaption code').textContent === 'max(x,tanh(x))'")
    assert.equal(visitor.requests.length, requests)
    await page.keyboard.press('Enter')
    await page.waitForFunction("location.pathname === '/functions/max(x,tanh(x))'")
    await page.goBack()
  })

  await t.test('says under the place what is wrong with a function', async () => {
    await page.waitForSelector(FIELD)
    await page.type(FIELD, 'tanh(y)')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.problem .mark')
    assert.match(await visitor.read('.problem'), /position 5/)
    assert.equal(await page.evaluate("document.querySelector('.problem .mark').style.getPropertyValue('--at')"), '5')
    await visitor.assertSound()
  })

  await t.test('fits a phone, in the dark too', async () => {
    await page.setViewport(PHONE)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await visitor.open('/', '.card')
    await visitor.assertFits()
    await visitor.assertSound()
    await page.emulateMediaFeatures([])
    await page.setViewport(DESKTOP)
  })
})
