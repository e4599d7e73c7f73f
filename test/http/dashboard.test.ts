import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import { openTestApi } from '../support/api.js'

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8')
const WORDS = new Set(
  ['sum by', 'max by', 'min', 'max', 'sum', 'by', 'rate', 'deriv', 'histogram_quantile'].flatMap((word) =>
    word.split(' '),
  ),
)

test('the dashboard asks for metrics and labels that the server has, and the operator’s page lists each of its own', async (t) => {
  const { app } = await openTestApi(t)
  const text = await app.gate.metrics.write()
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]))
  const series = new Set(
    [...types].flatMap(([name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  )
  const { panels } = JSON.parse(read('docs/dashboard.json')) as { panels: { targets: { expr: string }[] }[] }
  const asked = new Set<string>()
  for (const { expr } of panels.flatMap(({ targets }) => targets)) {
    const bare = expr.replace(/by \([^)]*\)|\[[^\]]*\]|\{[^}]*\}/g, ' ')
    for (const [name] of bare.matchAll(/[a-z_][a-z_0-9]*/gi)) if (!WORDS.has(name)) asked.add(name)
  }
  assert.ok(asked.size >= 20)
  assert.deepEqual(
    [...asked].filter((name) => !series.has(name)),
    [],
  )
  const operations = read('docs/operations.md')
  const own = [...types.keys()].filter((name) => name.startsWith('actbench_'))
  assert.deepEqual(
    own.filter((name) => !operations.includes(`\`${name}\``)),
    [],
  )
  assert.deepEqual(
    own.filter((name) => ![...asked].some((each) => each.startsWith(name))),
    [],
  )
})
