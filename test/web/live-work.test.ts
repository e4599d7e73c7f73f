import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPages } from '../support/browser/page-fixture.js'
import { NO_BROWSER } from '../support/browser/visitor.js'
import { countSubscriptions } from '../support/fixtures/client-fixture.js'
import { TINY_EPOCHS } from '../support/fixtures/tiny-dataset.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

const FUNCTIONS = 60
const EXPRESSION = 'tanh(mish(x))'

test('the work of a real worker, watched in a browser', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(FUNCTIONS)
  const { page } = visitor
  await createTrainable(api.database, 'tiny')
  await startWorkerProcess(t, api.database.url)
  const secret = await api.createKey('TRAIN')

  await t.test('a training, from the click to its result', async () => {
    await visitor.open(`/functions/${encodeURIComponent(EXPRESSION)}`, '#train-title')
    await page.type('input[type=password]', secret)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.train')
    await page.evaluate(RECORD)
    await page.focus('.train button')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.job[data-state=SUCCEEDED]')
    const { states, progress, charts } = (await page.evaluate('window.seen')) as Seen
    assert.deepEqual(states.slice(-2), ['RUNNING', 'SUCCEEDED'])
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a - b),
    )
    assert.ok(progress.some((value) => value > 0 && value < 1))
    assert.ok(charts > 0, 'the learning curve grows while the function is trained')

    const { data } = await api.ask(
      `{ dataset(name: "tiny") { evaluation(expression: "${EXPRESSION}") { validationAccuracy runs { epochs { epoch } } } } }`,
    )
    const { validationAccuracy, runs } = data.dataset.evaluation
    assert.equal(runs[0].epochs.length, TINY_EPOCHS)
    const shown = `${(100 * validationAccuracy).toFixed(2)}%`
    assert.ok((await visitor.read('.job')).includes(shown), await visitor.read('.job'))
    // The results of the page follow without a reload.
    await page.waitForFunction(
      `document.querySelector('[aria-labelledby=results-title] tbody').textContent.includes('${(100 * validationAccuracy).toFixed(2)}')`,
    )
    await page.waitForSelector('#learning-title')
    await visitor.assertSound()
  })

  await t.test('the fit of a surrogate, and another one, on the map', async () => {
    await visitor.open('/datasets/synthetic/map', '.notice')
    await page.evaluate('window.isSamePage = true')
    for (const version of [1, 2]) {
      await waitUntil(async () => (await countSubscriptions(api)) === 1)
      const { errors } = await api.ask(
        'mutation { updateSurrogate(input: { dataset: "synthetic" }) { surrogate { id } } }',
        {},
        secret,
      )
      assert.deepEqual(errors, [])
      await page.waitForFunction(`document.querySelector('.map-count')?.textContent.includes('surrogate ${version}.')`)
      // The function that was trained has a place too.
      await page.waitForSelector(`.map canvas[data-drawn="${FUNCTIONS + 1}"]`)
    }
    assert.equal(await page.evaluate('window.isSamePage'), true)
    await visitor.assertSound()
  })
})

interface Seen {
  /** The states of the job, without repetitions. */
  readonly states: string[]
  readonly progress: number[]
  /** Number of changes that the visitor saw with a learning curve before the end. */
  readonly charts: number
}

/** Remembers what the page shows of its first job. */
const RECORD = `
  window.seen = { states: [], progress: [], charts: 0 }
  new MutationObserver(() => {
    const job = document.querySelector('.job')
    if (job === null) return
    const { state } = job.dataset
    if (state !== seen.states.at(-1)) seen.states.push(state)
    seen.progress.push(job.querySelector('progress').value)
    if (state === 'RUNNING' && job.querySelector('.uplot, svg')) seen.charts += 1
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })`
