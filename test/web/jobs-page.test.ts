import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportWorker } from '../../src/db/workers/worker-reports.js'
import { createWorker, playTraining } from '../support/benchmark.js'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'

const HOUR_MILLISECONDS = 3_600_000

test('the page of jobs', { skip: NO_BROWSER }, async (t) => {
  const { api, visitor } = await openPages(5)
  const { page } = visitor
  await createTrainable(api.database)
  const secret = await api.createKey('TRAIN')
  const { data } = await api.ask(
    `mutation { trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: [0, 1, 2, 3] }) {
      jobs { id } } }`,
    {},
    secret,
  )
  const ids: string[] = data.trainActivation.jobs.map(({ id }: { id: string }) => id)
  const rows = await api.database.prisma.trainingJob.findMany({ orderBy: { id: 'asc' } })
  const worker = await createWorker(api.database)
  // A worker that was not seen for a minute is not listed.
  const lastSeenAt = new Date(Date.now() + HOUR_MILLISECONDS)
  await api.database.prisma.worker.update({ where: { id: worker.id }, data: { lastSeenAt, device: 'Test processor' } })
  const vitals = { memoryBytes: 312e6, imagesPerSecond: 1234, task: 'train_activation', taskSince: new Date() }
  await reportWorker(api.database.prisma.$kysely, worker.id, vitals, [])
  await playTraining(api.database, rows[0].id, worker.id)
  await playTraining(api.database, rows[1].id, worker.id, 1)
  const waitForText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )
  const row = (id: string) => `tr[data-job="${id}"]`

  await t.test('shows workers, the queue and why jobs wait', async () => {
    await visitor.open('/jobs', row(ids[3]))
    await page.waitForSelector('.workers tbody tr')
    const shown = await visitor.read('.workers tbody tr')
    for (const text of ['mish(x)', '50%', '1234', '312 MB', 'Test processor', 'tfjs-wasm', 'mini-cnn']) {
      assert.ok(shown.includes(text), `${shown} lacks ${text}`)
    }
    const waiting = await api.ask('query ($id: ID!) { trainingJob(id: $id) { waitingFor } }', { id: ids[3] })
    assert.ok((await visitor.read(row(ids[3]))).includes(waiting.data.trainingJob.waitingFor))
    assert.match(await visitor.read('.numbers'), /Running1Waiting2Trained in an hour1/)
    await visitor.assertSound()
  })

  await t.test('follows a training to its end', async () => {
    await api.database.prisma.trainingJob.update({
      where: { id: rows[1].id },
      data: { state: 'FAILED', failure: 'the picture is missing', finishedAt: new Date() },
    })
    await waitForText(`[aria-labelledby=failed-title] ${row(ids[1])}`, 'the picture is missing')
    await page.waitForFunction("document.querySelector('.workers tbody tr').textContent.includes('trains a function')")
  })

  await t.test('cancels a job with the key that requested it, by keyboard', async () => {
    assert.equal(await page.$('.small-button'), null)
    await page.type('input[type=password]', secret)
    await page.keyboard.press('Enter')
    await page.waitForSelector(`${row(ids[3])} .small-button`)
    await page.focus(`${row(ids[3])} .small-button`)
    await page.keyboard.press('Enter')
    await waitForText('.cancelled', 'is cancelled')
    await page.waitForFunction(`document.querySelector('${row(ids[3])}') === null`)
    const { state } = await api.database.prisma.trainingJob.findUniqueOrThrow({ where: { id: rows[3].id } })
    assert.equal(state, 'CANCELLED')
    await visitor.assertSound()
  })

  await t.test('shows the jobs of one dataset, and a reload keeps it', async () => {
    await page.select('.filters select', 'synthetic')
    for (let visit = 0; visit < 2; visit++) {
      await waitForText('[aria-labelledby=queue-title]', 'No training waits.')
      await page.reload()
    }
    assert.equal(await page.evaluate('location.search'), '?dataset=synthetic')
  })

  await t.test('fits a phone, in the dark too', async () => {
    await page.setViewport(PHONE)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await visitor.open('/jobs', row(ids[2]))
    await page.waitForSelector('.workers tbody tr')
    await visitor.assertFits()
    await visitor.assertSound()
    await page.emulateMediaFeatures([])
    await page.setViewport(DESKTOP)
  })
})
