import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeExpressions } from '../../src/services/activations/store-expressions.js'
import { openPages } from '../support/browser/page-fixture.js'
import { NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'

test('the page of a function', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(30)
  const { page } = visitor
  await createTrainable(api.database)
  const list = await api.ask(
    '{ dataset(name: "synthetic") { leaderboard(first: 1) { nodes { expression validationAccuracy } } } }',
  )
  const [{ expression, validationAccuracy }] = list.data.dataset.leaderboard.nodes

  await t.test('shows any spelling: curve, names, properties, results and code', async () => {
    await visitor.open(`/functions/${encodeURIComponent('x/(1+exp(-x))')}`, '.plain tbody tr')
    assert.equal(await visitor.read('h1'), 'SiLU')
    assert.match(await visitor.read('.properties'), /not monotone/)
    assert.match(await visitor.read('.code-block'), /def activation\(/)
    await page.evaluate(
      `[...document.querySelectorAll('.choices button')].find((each) => each.textContent === 'JAX').click()`,
    )
    await page.waitForFunction("document.querySelector('.code-block').textContent.includes('jnp')")
    await visitor.open(`/functions/${encodeURIComponent(expression)}`, '.plain tbody strong')
    assert.match(
      await visitor.read('.plain tbody'),
      new RegExp((100 * validationAccuracy).toFixed(2).replace('.', '\\.')),
    )
    await visitor.assertSound()
  })

  await t.test('shows the likely accuracy between measurement and prediction, with its interval', async () => {
    const { pool } = api.database
    const [one] = (await pool.query<{ id: number }>(`SELECT id FROM datasets WHERE name = 'synthetic'`)).rows
    await pool.query(
      `INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, validation_accuracy)
         SELECT id, dataset_id, activation_id, '1', seed, validation_accuracy * (1 + (seed - 1) * 0.01 * (id % 5))
         FROM evaluations, generate_series(0, 2) seed WHERE dataset_id = $1`,
      [one.id],
    )
    await pool.query(
      `WITH u AS (INSERT INTO surrogates (dataset_id, version, algorithm, state, trained_on, candidates, spearman, fitted_at)
         VALUES ($1, 1, 'GAUSSIAN_PROCESS', 'READY', 30, 0, 0.9, now()) RETURNING id)
       INSERT INTO surrogate_points (surrogate_id, activation_id, mean, standard_deviation, measured)
         SELECT u.id, activation_id, validation_accuracy - 0.02 + 0.01 * (e.id % 3), 0.05, validation_accuracy
         FROM u, evaluations e WHERE dataset_id = $1`,
      [one.id],
    )
    const { data } = await api.ask(
      `query ($expression: String!) { dataset(name: "synthetic") {
        evaluation(expression: $expression) { shrunk { value lowest highest } } } }`,
      { expression },
    )
    const { value, lowest, highest } = data.dataset.evaluation.shrunk
    const [likely, from, to] = [value, lowest, highest].map((each) => (100 * each).toFixed(2))
    assert.notEqual(likely, (100 * validationAccuracy).toFixed(2))
    await page.setCacheEnabled(false)
    await visitor.open(`/functions/${encodeURIComponent(expression)}`, '.plain tbody strong')
    await page.waitForFunction(`document.querySelector('.likely')?.textContent === '${likely} ${from}–${to}'`)
    await visitor.assertSound()
    await pool.query('DELETE FROM surrogates')
    await page.setCacheEnabled(true)
  })

  await t.test('shows all spellings, and the curve of what one types', async () => {
    const spellings = Array.from({ length: 60 }, (_, index) => {
      return `add(x,max_n(${Array.from({ length: index + 2 }, () => 'tanh(x)').join(',')}))`
    })
    await storeExpressions(api.database.prisma, spellings)
    await visitor.open(`/functions/${encodeURIComponent('add(x,tanh(x))')}`, 'details summary')
    const { data } = await api.ask(
      '{ activation(expression: "add(x,tanh(x))") { equivalents(first: 200) { totalCount nodes } } }',
    )
    const { totalCount, nodes } = data.activation.equivalents
    assert.ok(totalCount > 50)
    assert.match(await visitor.read('details summary'), new RegExp(`^${totalCount - 1} other spellings`))
    await page.click('details summary')
    await page.click('details button')
    await page.waitForFunction(`document.querySelectorAll('.spellings li').length === ${totalCount - 1}`)
    assert.equal(await visitor.read('.spellings li:last-child'), nodes.at(-1))
    const curve = () => page.evaluate("document.querySelector('.preview .line')?.getAttribute('d') ?? ''")
    const before = await curve()
    await page.focus('input[role=combobox]')
    await page.keyboard.type('-tanh(x)')
    await page.waitForFunction(
      `(document.querySelector('.preview .line')?.getAttribute('d') ?? '') !== ${JSON.stringify(before)}`,
    )
    await visitor.assertSound()
  })

  await t.test('loads similar functions when they come into view', async () => {
    await page.evaluate("document.querySelector('#neighbours-title').scrollIntoView()")
    await page.waitForSelector('.neighbours li')
    await visitor.assertSound()
  })

  await t.test('queues a training with a key, which stays out of address, cookies and local storage', async () => {
    const secret = await api.createKey('TRAIN')
    await page.type('input[type=password]', secret)
    await page.click('.check input')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.train')
    await page.click('.train button')
    await page.waitForSelector('.job[data-state=QUEUED]')
    const places = await page.evaluate('[location.href, document.cookie, JSON.stringify(localStorage)].join()')
    assert.ok(!String(places).includes(secret))
    const job = await api.database.prisma.trainingJob.findFirstOrThrow()
    await api.database.prisma.trainingJob.update({
      where: { id: job.id },
      data: { state: 'FAILED', failure: 'the picture is missing', finishedAt: new Date() },
    })
    await page.waitForSelector('.job[data-state=FAILED]')
    assert.match(await visitor.read('.job'), /the picture is missing/)
    await page.reload()
    await page.waitForSelector('.train')
  })

  await t.test('a text that is not a function says what is wrong', async () => {
    await page.setViewport(PHONE)
    await visitor.open('/functions/tanh(', '.notice')
    assert.match(await visitor.read('.notice'), /position 5/)
    await visitor.open(`/functions/${encodeURIComponent(expression)}`, '.plain tbody strong')
    await visitor.assertFits()
  })
})
