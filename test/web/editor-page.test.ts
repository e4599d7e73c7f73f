import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { PROJECT_ROOT } from '../../src/root.js'
import { openPages } from '../support/browser/page-fixture.js'
import { DESKTOP, NO_BROWSER, PHONE } from '../support/browser/visitor.js'

const QUERY = '.query-text textarea'

test('the query editor', { skip: NO_BROWSER }, async (t) => {
  const { visitor, api } = await openPages(10)
  const { page } = visitor
  const readQuery = () => page.evaluate(`document.querySelector('${QUERY}').value`) as Promise<string>
  const write = async (text: string) => {
    await page.focus(QUERY)
    await page.keyboard.down('Control')
    await page.keyboard.press('a')
    await page.keyboard.up('Control')
    await page.keyboard.press('Delete')
    await page.keyboard.type(text)
  }
  const run = async () => {
    await page.keyboard.down('Control')
    await page.keyboard.press('Enter')
    await page.keyboard.up('Control')
  }

  await t.test('runs a query, and a reload keeps it', async () => {
    await visitor.open('/graphql', QUERY)
    await page.waitForSelector('.schema-panel dt')
    await write('{ dataset(name: "synthetic") { title } ')
    await page.keyboard.press('Escape')
    await page.keyboard.type('}')
    await run()
    await page.waitForFunction("document.querySelector('.answer pre').textContent.includes('Synthetic')")
    await page.waitForFunction("location.search.includes('synthetic')")
    const query = await readQuery()
    await page.reload()
    await page.waitForSelector(QUERY)
    assert.equal(await readQuery(), query)
    await visitor.assertSound()
  })

  await t.test('completes fields, arguments and values', async () => {
    await page.waitForSelector('.schema-panel dt')
    for (const [typed, suggestion] of [
      ['{ dataset(na', 'name'],
      ['{ dataset(name: "synthetic") { evaluationC', 'evaluationCount'],
      ['{ dataset(name: "synthetic") { groups(by: IS_E', 'IS_EVEN'],
      ['query A($f: EvaluationFil', 'EvaluationFilter'],
      ['{ datasets { nodes { ... on Data', 'Dataset'],
    ]) {
      await write(typed)
      await page.waitForSelector('.query-text [role=option]')
      assert.equal(await visitor.read('.query-text [role=option] code'), suggestion, typed)
      await page.keyboard.press('Enter')
      assert.ok((await readQuery()).trimEnd().replace(/:$/, '').endsWith(suggestion))
    }
    await visitor.assertSound()
  })

  await t.test('has ten examples that fit the schema', async () => {
    const schema = buildSchema(readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8'))
    const count = await page.evaluate("document.querySelectorAll('.editor-bar select option').length - 1")
    assert.equal(count, 10)
    for (let index = 0; index < 10; index++) {
      await page.select('.editor-bar select', String(index))
      assert.deepEqual(validate(schema, parse(await readQuery())), [], `example ${index}`)
    }
  })

  await t.test('sends the key of its box, and keeps it out of the address', async () => {
    const secret = await api.createKey('TRAIN')
    await page.click('.editor-key summary')
    await page.type('.editor-key input[type=password]', secret)
    await page.click('.editor-key button[type=submit]')
    await write('{ viewer { name } ')
    await page.keyboard.press('Escape')
    await page.keyboard.type('}')
    await run()
    await page.waitForFunction('/"name": "\\w/.test(document.querySelector(\'.answer pre\').textContent)')
    assert.ok(!page.url().includes(secret))
  })

  await t.test('says what is wrong with variables, and fits a phone', async () => {
    await page.type('.variables textarea', '[1]')
    await page.focus(QUERY)
    await run()
    await page.waitForFunction(
      "document.querySelector('.editor-bar [role=status]').textContent.startsWith('Variables')",
    )
    await page.setViewport(PHONE)
    await visitor.assertFits()
    await visitor.assertSound()
    await page.setViewport(DESKTOP)
  })

  await t.test('is small', async () => {
    const sizes = await page.evaluate(
      "performance.getEntriesByType('resource').filter((each) => each.name.includes('/assets/')).map((each) => each.encodedBodySize)",
    )
    assert.ok((sizes as number[]).reduce((sum, size) => sum + size, 0) < 150_000)
  })

  await t.test('documents fit a phone and are sound', async () => {
    await page.setViewport(PHONE)
    for (const path of ['/docs', '/docs/limits', '/docs/language', '/docs/start']) {
      await visitor.open(path, 'article h1')
      await visitor.assertFits()
      await visitor.assertSound()
    }
    await page.setViewport(DESKTOP)
    await visitor.open('/datasets/synthetic', 'h1')
    await visitor.assertSound()
  })
})
