import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { PROJECT_ROOT } from '../../src/root.js'
import { openTestApi } from '../support/api.js'

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8')
/** Functions and words of PromQL, and the metric that Prometheus adds itself. */
const WORDS = new Set('sum by max min rate deriv increase histogram_quantile absent on unless and or for up'.split(' '))

/** The names of the series that a PromQL expression reads. */
function listSeries(expression: string): Set<string> {
  const bare = expression.replace(/(?:by|on) \([^)]*\)|\[[^\]]*\]|\{[^}]*\}|\b[0-9.]+(e[0-9]+)?\b/g, ' ')
  return new Set([...bare.matchAll(/[a-z_][a-z_0-9]*/gi)].map(([name]) => name).filter((name) => !WORDS.has(name)))
}

interface Exposed {
  /** Name of a metric -> its type. */
  readonly types: ReadonlyMap<string, string>
  readonly series: ReadonlySet<string>
}

async function listExposed(t: TestContext): Promise<Exposed> {
  const { app } = await openTestApi(t)
  const text = await app.gate.metrics.write()
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]))
  const series = new Set(
    [...types].flatMap(([name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  )
  return { types, series }
}

test('the dashboard asks for metrics that the server has and shows all of its own, and so does the operator’s page', async (t) => {
  const { types, series } = await listExposed(t)
  const { panels } = JSON.parse(read('docs/dashboard.json')) as { panels: { targets: { expr: string }[] }[] }
  const asked = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => [...listSeries(expr)])))
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

test('each alert rule asks for metrics that the server has, and says what happened and what to do', async (t) => {
  const { series } = await listExposed(t)
  const { groups } = parse(read('docs/alerts.yml')) as { groups: { name: string; rules: Rule[] }[] }
  const rules = groups.flatMap((group) => group.rules)
  assert.ok(rules.length >= 10)
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, expr, labels, annotations, for: pending = '0m', ...rest } of rules) {
    assert.match(alert, /^Actbench[A-Z]\w+$/)
    assert.deepEqual(
      [...listSeries(expr)].filter((name) => !series.has(name)),
      [],
      alert,
    )
    assert.equal(expr.split('(').length, expr.split(')').length, alert)
    assert.match(pending, /^\d+[smh]$/, alert)
    assert.ok(['critical', 'warning', 'info'].includes(labels.severity), alert)
    assert.deepEqual(Object.keys(annotations), ['summary', 'action'], alert)
    assert.deepEqual(rest, {}, alert)
  }
})

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly action: string }
}
