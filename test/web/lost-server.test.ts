import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findFreePort } from '../../src/start/free-port.js'
import { NO_BROWSER, openVisitor } from '../support/browser/visitor.js'
import { openTestDatabase } from '../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../support/fixtures/learning-fixture.js'
import { type ServerProcess, startServerProcess } from '../support/server-process.js'

const FIRST = '.leaderboard tbody tr[aria-rowindex="2"]'
const NOTICE = '.connection p'

test('pages whose server dies and comes back', { skip: NO_BROWSER }, async (t) => {
  const database = await openTestDatabase()
  await createSyntheticDataset(database, { measured: await storeFunctions(database, listFunctions(30)) })
  const port = await findFreePort()
  let server: ServerProcess | null = null
  const start = async () => {
    server = await startServerProcess(database.url, { PORT: String(port) })
  }
  const kill = async () => {
    server?.child.kill('SIGKILL')
    await server?.exited
  }
  after(kill)
  await start()
  const visitor = await openVisitor(`http://127.0.0.1:${port}`)
  const { page } = visitor
  const expectText = (selector: string, text: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`,
    )
  const setBest = async (accuracy: number) => {
    const { id, expression } = await database.prisma.evaluation.findFirstOrThrow({
      orderBy: [{ validationAccuracy: 'asc' }, { id: 'asc' }],
    })
    await database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: accuracy } })
    return expression
  }

  await t.test('a leaderboard keeps its rows, says that they may be old, and gets the new ones', async () => {
    await visitor.open('/datasets/synthetic', FIRST)
    await expectText(`${FIRST} code`, await setBest(0.991))
    await page.evaluate('window.isSamePage = true')
    await kill()
    await page.waitForSelector(NOTICE)
    assert.match(await visitor.read(NOTICE), /does not answer/)
    assert.ok(await page.$(FIRST))
    const expression = await setBest(0.992)
    await start()
    await expectText(`${FIRST} code`, expression)
    await page.waitForFunction(`document.querySelector('${NOTICE}') === null`)
    assert.equal(await page.evaluate('window.isSamePage'), true)
  })

  await t.test('a page that is opened meanwhile says so, and appears when the server is back', async () => {
    await kill()
    await page.click('nav a[href="/jobs"]')
    await expectText('main .notice', 'The service does not answer. Trying again.')
    await start()
    await page.waitForSelector('.numbers')
    await page.waitForFunction("document.querySelector('main .notice') === null")
    await page.waitForFunction(`document.querySelector('${NOTICE}') === null`)
    assert.equal(await page.evaluate('window.isSamePage'), true)
  })
})
