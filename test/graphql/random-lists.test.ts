import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { ActivationFilter, EvaluationFilter } from '../../src/graphql/datasets/filters.input.js'
import { openTestApi } from '../support/api.js'
import {
  addActivation,
  addEvaluation,
  createLists,
  DATASETS,
  OPERATORS,
  readTables,
  removeAdded,
  VALUES,
} from '../support/random-queries/list-fixture.js'
import {
  ACTIVATIONS,
  EMBEDDING,
  EVALUATIONS,
  type ListKind,
  predictions,
} from '../support/random-queries/list-kinds.js'
import {
  cutPage,
  type ListPage,
  type ListRow,
  type ListWindow,
  METRIC_COLUMNS,
  sortRows,
} from '../support/random-queries/list-model.js'

// Compares the lists of the API with a model in memory: any filter, any order, any page, and rows added meanwhile.

const api = await openTestApi(undefined, undefined, { rateLimit: 0 })
await createLists(api.database)
const tables = await readTables(api.database)
after(() => assert.deepEqual(api.log, [], 'nothing was unforeseen'))

const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EVALUATIONS) },
  { weight: 2, arbitrary: fc.constant(ACTIVATIONS) },
  { weight: 1, arbitrary: fc.constantFrom(predictions(null), predictions(true), predictions(false), EMBEDDING) },
)

const texts = tables.activations.flatMap(({ spellings }) => spellings)
const parts = fc
  .tuple(fc.constantFrom(...texts), fc.nat(30), fc.integer({ min: 0, max: 6 }), fc.boolean())
  .map(([text, start, length, isSpaced]) => text.slice(start, start + length).replace(/^./, isSpaced ? '$& ' : '$&'))
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 })
const activationFilters: fc.Arbitrary<ActivationFilter> = fc.record(
  {
    operators: some(fc.subarray(OPERATORS, { maxLength: 2 })),
    withoutOperators: some(fc.subarray(OPERATORS, { maxLength: 2 })),
    contains: some(fc.oneof(parts, fc.constantFrom('', ' ', '%', '_', '\\', 'X', "'", 'relu%', '((', 'é'))),
    maxDepth: some(fc.nat(5)),
    isFinite: some(fc.boolean()),
    evaluatedIn: some(fc.constantFrom(...DATASETS)),
    notEvaluatedIn: some(fc.constantFrom(...DATASETS)),
  },
  { requiredKeys: [] },
)
const bounds = some(fc.constantFrom(...VALUES.filter((value) => value !== null), -1, 0.2, 7))
const ranges = some(
  fc.record({ min: bounds, max: bounds }, { requiredKeys: [] }).map(({ min, max }) => {
    return min != null && max != null && min > max ? { min: max, max: min } : { min, max }
  }),
)
const evaluationFilters: fc.Arbitrary<EvaluationFilter> = fc.record(
  {
    activation: some(activationFilters),
    ...{ trainAccuracy: ranges, validationAccuracy: ranges, testAccuracy: ranges, runtimeSeconds: ranges },
  },
  { requiredKeys: [] },
)
const filters = { ActivationFilter: some(activationFilters), EvaluationFilter: some(evaluationFilters) }

const questions = kinds.chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    filter: kind.filterType === null ? fc.constant(null) : filters[kind.filterType],
    isBackward: fc.boolean(),
    size: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(200)),
  }),
)
type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never

/** Requests a page like a client; `after` and `before` are cursors. */
async function askPage(
  { kind, filter }: Pick<Question, 'kind' | 'filter'>,
  {
    size,
    isBackward,
    ...cursors
  }: { size: number; isBackward: boolean; after?: string | null; before?: string | null },
) {
  const declared = ['after', 'before']
  const declaration = [
    ...(kind.filterType ? [`$filter: ${kind.filterType}`] : []),
    ...declared.map((name) => `$${name}: String`),
  ].join(', ')
  const page = `page: ${kind.field}${isBackward ? 'last' : 'first'}: ${size}, ${declared.map((name) => `${name}: $${name}`).join(', ')}) {
    totalCount edges { cursor node { ${kind.node} } } nodes { ${kind.node} }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
  const [dataset, surrogate] = kind.inside
  const within = surrogate ? `surrogate { ${page} }` : page
  const query = `query (${declaration}) { ${dataset ? `dataset(name: "${dataset}") { ${within} }` : within} }`
  const { data, errors } = await api.ask(query, { filter, ...cursors })
  assert.deepEqual(errors, [], query)
  const found = [data, data.dataset, data.dataset?.surrogate].find((each) => each?.page !== undefined).page
  const nodeIds: string[] = found.edges.map((edge: { node: { id?: string; activation?: { id: string } } }) =>
    kind.node === 'id' ? edge.node.id : edge.node.activation?.id,
  )
  const edgeCursors: string[] = found.edges.map((edge: { cursor: string }) => edge.cursor)
  assert.deepEqual(
    found.nodes,
    found.edges.map(({ node }: { node: unknown }) => node),
  )
  assert.deepEqual(
    [found.pageInfo.startCursor, found.pageInfo.endCursor],
    [edgeCursors[0] ?? null, edgeCursors.at(-1) ?? null],
  )
  return { nodeIds, cursors: edgeCursors, pageInfo: found.pageInfo, totalCount: found.totalCount }
}

type AskedPage = Awaited<ReturnType<typeof askPage>>

function checkPage(asked: AskedPage, wanted: ListPage): void {
  assert.deepEqual(
    asked.nodeIds,
    wanted.rows.map(({ nodeId }) => nodeId),
  )
  const { hasNextPage, hasPreviousPage } = asked.pageInfo
  const { rows: _, ...rest } = wanted
  assert.deepEqual({ hasNextPage, hasPreviousPage, totalCount: asked.totalCount }, rest)
}

/** The cursors of all rows of a list in one order. They are the same for every filter and do not change. */
const cursorsOf = new Map<string, Promise<Map<string, string>>>()
function findCursors(kind: ListKind): Promise<Map<string, string>> {
  const known = cursorsOf.get(kind.name)
  if (known) return known
  const cursors = askPage({ kind, filter: null }, { size: 200, isBackward: false }).then(
    (page) => new Map(page.nodeIds.map((nodeId, place) => [nodeId, page.cursors[place]])),
  )
  cursorsOf.set(kind.name, cursors)
  return cursors
}

test('every page of every list equals that of the model, for any filter, order and pair of cursors', async () => {
  const place = fc.option(fc.nat(200), { freq: 2 })
  await fc.assert(
    fc.asyncProperty(questions, place, place, async (question, afterPlace, beforePlace) => {
      const { kind, filter, size, isBackward } = question
      const rows = kind.rows(tables, filter)
      const all = sortRows(rows, kind.order)
      const cursors = await findCursors(kind)
      // The cursor of a row that the filter excludes is still a valid position.
      const known = all.filter(({ nodeId }) => cursors.has(nodeId))
      const at = (wanted: number | null) =>
        wanted === null || known.length === 0 ? null : known[wanted % known.length]
      const window: ListWindow = {
        ...{ size, isBackward, after: at(afterPlace) },
        before: at(beforePlace),
      }
      const cursorOf = (row: ListRow | null) => (row === null ? null : (cursors.get(row.nodeId) as string))
      const asked = await askPage(question, {
        ...{ size, isBackward, after: cursorOf(window.after) },
        before: cursorOf(window.before),
      })
      checkPage(asked, cutPage(rows, kind.order, window))
    }),
    { numRuns: 200 },
  )
})

test('a walk through the pages shows each existing row once and in order while others are added', async () => {
  const added = fc.oneof(
    fc.record({ number: fc.nat(100_000).map((number) => number + 1_000_000) }),
    fc.record({
      ...{ dataset: fc.nat(2), activation: fc.nat(1000) },
      values: fc.array(fc.nat(100), { minLength: METRIC_COLUMNS.length, maxLength: METRIC_COLUMNS.length }),
    }),
  )
  const steps = fc.array(fc.array(added, { maxLength: 3 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(questions, steps, async (question, comings) => {
      const { kind, filter, isBackward } = question
      const before = kind.rows(tables, filter)
      const size = question.size === 200 ? 9 : question.size
      const seen: string[] = []
      let now = tables
      let cursor: { readonly text: string; readonly row: ListRow } | null = null
      try {
        for (let step = 0; ; step++) {
          const side = isBackward ? 'before' : 'after'
          const asked = await askPage(question, { size, isBackward, [side]: cursor?.text ?? null })
          const rows = kind.rows(now, filter)
          const window = { size, isBackward, after: null, before: null, [side]: cursor?.row ?? null }
          checkPage(asked, cutPage(rows, kind.order, window))
          if (isBackward) seen.unshift(...asked.nodeIds)
          else seen.push(...asked.nodeIds)
          if (!(isBackward ? asked.pageInfo.hasPreviousPage : asked.pageInfo.hasNextPage)) break
          const edge = isBackward ? 0 : asked.nodeIds.length - 1
          const row = rows.find(({ nodeId }) => nodeId === asked.nodeIds[edge]) as ListRow
          cursor = { text: asked.cursors[edge], row }
          if (step >= comings.length) continue
          for (const coming of comings[step]) {
            if ('number' in coming) await addActivation(api.database.pool, coming.number)
            else await addEvaluation(api.database.pool, coming)
          }
          now = await readTables(api.database)
        }
      } finally {
        await removeAdded(api.database, tables)
      }
      assert.equal(new Set(seen).size, seen.length, 'no row comes twice')
      // A new evaluation can change whether an old row matches a filter such as `evaluatedIn`.
      const later = new Map(kind.rows(now, filter).map((row) => [row.nodeId, row]))
      const lasting = before.filter((row) => row.passes && later.get(row.nodeId)?.passes)
      const old = new Set(lasting.map(({ nodeId }) => nodeId))
      assert.deepEqual(
        seen.filter((nodeId) => old.has(nodeId)),
        sortRows(lasting, kind.order).map(({ nodeId }) => nodeId),
      )
    }),
    { numRuns: 60 },
  )
})
