import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'

const BUDGET = 6

test('the pages of searches', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(60)
  const { page } = visitor
  const secret = await api.createKey('SEARCH')
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await api.ask(query, variables, secret)
    assert.deepEqual(errors, [])
    return data
  }
  const begin = async (name: string): Promise<string> => {
    const input = { dataset: 'synthetic', algorithm: 'RANDOM', replay: true, budget: BUDGET, seed: 1, name }
    const { createSearch } = await ask(
      'mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id } } }',
      { input },
    )
    return createSearch.search.id
  }
  const suggest = async (searchId: string): Promise<{ id: string; expression: string }> => {
    const input = { searchId, worker: 'alice' }
    const data = await ask(
      'mutation ($input: SuggestInput!) { suggest(input: $input) { suggestions { id expression } } }',
      { input },
    )
    return data.suggest.suggestions[0]
  }
  const report = async (suggestionId: string): Promise<void> => {
    await ask('mutation ($input: ReportEvaluationInput!) { reportEvaluation(input: $input) { search { id } } }', {
      input: { suggestionId },
    })
  }
  const search = await begin('random trial')
  const other = await begin('stopped trial')
  await ask('mutation ($id: ID!) { stopSearch(id: $id) { search { id } } }', { id: other })
  for (let step = 0; step < 3; step++) await report((await suggest(search)).id)
  const leased = await suggest(search)
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )
  const address = `/searches/${encodeURIComponent(search)}`
  const toPercent = (share: number) => (100 * share).toFixed(2)

  await t.test('lists searches with state, dataset, algorithm, budget and best', async () => {
    await visitor.open('/searches', '.plain tbody tr')
    const { best } = (await ask('query ($id: ID!) { search(id: $id) { best { validationAccuracy } } }', { id: search }))
      .search
    const row = await visitor.read('.plain tbody tr:nth-child(2)')
    for (const text of [
      'random trial',
      'active',
      'Synthetic',
      'Random',
      '3 of 6',
      toPercent(best.validationAccuracy),
    ]) {
      assert.ok(row.includes(text), `${row} lacks ${text}`)
    }
    await visitor.assertSound()
  })

  await t.test('filters the list, and a reload keeps it', async () => {
    await page.select('.filters label:last-child select', 'STOPPED')
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('.count', '1 search')
      await waitForText('.plain tbody', 'stopped trial')
      await page.reload()
    }
    assert.equal(await page.evaluate('location.search'), '?state=STOPPED')
  })

  await t.test('a search is reached with the keyboard', async () => {
    await visitor.open('/searches', '.plain tbody tr')
    await page.focus('.plain tbody tr:nth-child(2) th a')
    await page.keyboard.press('Enter')
    await waitForText('h1', 'random trial')
    assert.equal(await page.evaluate('location.pathname'), address)
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
  })

  await t.test('shows the curve of the best, and who has which function', async () => {
    await visitor.open(address, '.leases tbody tr')
    const { history } = (
      await ask('query ($id: ID!) { search(id: $id) { history { bestValidationAccuracy } } }', { id: search })
    ).search
    const label = await page.evaluate("document.querySelector('.chart svg').getAttribute('aria-label')")
    assert.match(
      String(label),
      new RegExp(`3 completed suggestions, now ${toPercent(history[2].bestValidationAccuracy)}`),
    )
    const lease = await visitor.read('.leases tbody tr')
    assert.ok(lease.startsWith(leased.expression), lease)
    assert.match(lease, /a client\s?in (5\d min|1 h)/)
    assert.equal(await page.evaluate("document.querySelectorAll('.suggested tbody tr').length"), 4)
    await visitor.assertSound()
  })

  await t.test('names the client to the key that owns the search', async () => {
    await page.click('.names summary')
    await page.type('.names input[type=password]', secret)
    await page.keyboard.press('Enter')
    await waitForText('.leases tbody tr', 'alice')
    await page.reload()
    await waitForText('.leases tbody tr', 'a client')
  })

  await t.test('shows the regret, and the address keeps it', async () => {
    await page.click('.choices button:last-child')
    await page.waitForFunction("location.search === '?show=regret'")
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('#curve-title', 'Regret')
      await page.reload()
    }
    const { search: found, dataset } = await ask(
      `query ($id: ID!) { search(id: $id) { best { validationAccuracy } }
        dataset(name: "synthetic") { statistics { maximum } } }`,
      { id: search },
    )
    await waitForText('.numbers', toPercent(dataset.statistics.maximum - found.best.validationAccuracy))
  })

  await t.test('follows reports live until the search ends, and says why it ended', async () => {
    await report(leased.id)
    await waitForText('.numbers', `4 of ${BUDGET}`)
    await waitForText('#leases-title + p', 'Nobody')
    for (let step = 0; step < 2; step++) await report((await suggest(search)).id)
    await waitForText('.search-state', 'its budget is used')
    await page.waitForFunction(`document.querySelectorAll('.suggested tbody tr').length === ${BUDGET}`)
    await visitor.assertSound()
  })

  await t.test('a wrong key can be forgotten on the page that refuses it', async () => {
    await page.evaluate("sessionStorage.setItem('actbench-key', 'abk_wrong')")
    await visitor.open('/searches', '.notice')
    await page.click('.key button')
    await page.waitForSelector('.plain tbody tr')
    assert.equal(await page.$('.notice'), null)
    assert.equal(await page.evaluate("sessionStorage.getItem('actbench-key')"), null)
  })

  await t.test('an id without a search has a page that says so', async () => {
    await visitor.open('/searches/nothing', '.notice')
    assert.match(await visitor.read('main'), /All searches/)
  })

  await t.test('fits a phone, in the dark too', async () => {
    await page.setViewport(PHONE)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    for (const [path, selector] of [
      ['/searches', '.plain tbody tr'],
      [address, '.suggested tbody tr'],
    ]) {
      await visitor.open(path, selector)
      await visitor.assertFits()
    }
    await page.emulateMediaFeatures([])
    await page.setViewport(DESKTOP)
  })
})
