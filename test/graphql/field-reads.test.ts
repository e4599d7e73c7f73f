import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
} from 'graphql'
import { FIELD_READS } from '../../src/graphql/field-reads.js'
import { createSchema } from '../../src/graphql/schema.js'
import { findReads } from '../../src/operation-limits/find-reads.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { interceptStatements } from '../support/intercept-statements.js'

/** Types whose answers are not kept: their objects change from second to second, or differ between clients. */
const UNKEPT_TYPES = new Set(
  `ApiKey Viewer RateLimit ServiceInfo Worker Node TrainingJob TrainingJobConnection TrainingJobEdge Search SearchStep PassedOver
  SearchConnection SearchEdge Suggestion SuggestionConnection SuggestionEdge`.split(/\s+/),
)
/** Other fields whose answers are not kept. `predict` queues spectra; `node` may return an object of any type. */
const UNKEPT_FIELDS = new Set(
  `Query.apiKeys Query.node Query.nodes Query.predict Query.rateLimit Query.search Query.searches Query.service
  Query.trainingJob Query.trainingJobs Query.viewer Run.trainingJob Surrogate.progress`.split(/\s+/),
)
/** What triggers derive from `evaluations` in the same transaction, so that it changes only with that table. */
const DERIVED_TABLES = new Set([
  ...['kept_datasets', 'kept_metrics', 'metric_steps', 'evaluation_changes', 'dataset_columns', 'evaluation_removals'],
  // Their rows come and go with those of `snapshots`.
  ...['snapshot_files', 'snapshot_parts', 'snapshot_orders'],
])

const schema = createSchema()

/** Object types that queries reach through these fields, each with the way to it: the fields from the root. */
function reachTypes(
  isWay: (type: string, field: string) => boolean = () => true,
): Map<string, GraphQLField<unknown, unknown>[]> {
  const query = schema.getQueryType() as GraphQLObjectType
  const paths = new Map<string, GraphQLField<unknown, unknown>[]>([[query.name, []]])
  const waiting = [query]
  for (let type = waiting.shift(); type; type = waiting.shift()) {
    const path = paths.get(type.name) ?? []
    for (const field of Object.values(type.getFields()).filter(({ name }) => isWay(type.name, name))) {
      const named = getNamedType(field.type)
      const reached = isInterfaceType(named) ? schema.getPossibleTypes(named) : [named]
      for (const next of reached) {
        if (!isObjectType(next) || paths.has(next.name)) continue
        paths.set(next.name, [...path, field])
        waiting.push(next)
      }
    }
  }
  return paths
}

const isKept = (type: string, field: string) => !UNKEPT_TYPES.has(type) && !UNKEPT_FIELDS.has(`${type}.${field}`)

test('every field that a query can reach says which tables it reads, or is listed as one that is not kept', () => {
  const missing: string[] = []
  for (const name of [...reachTypes().keys()].filter((each) => !UNKEPT_TYPES.has(each))) {
    for (const field of Object.keys((schema.getType(name) as GraphQLObjectType).getFields())) {
      if (isKept(name, field) !== Boolean(FIELD_READS.get(name)?.has(field))) missing.push(`${name}.${field}`)
    }
  }
  assert.deepEqual(missing, [], 'declare them in src/graphql/field-reads.ts, or list them in this test')
})

test('what field-reads.ts declares exists', () => {
  for (const [name, fields] of FIELD_READS) {
    const known = Object.keys((schema.getType(name) as GraphQLObjectType).getFields())
    assert.deepEqual(
      [...fields.keys()].filter((field) => !known.includes(field)),
      [],
      name,
    )
  }
})

const ARGUMENTS: Readonly<Record<string, string>> = {
  name: '"synthetic"',
  dataset: '"synthetic"',
  datasets: '["synthetic"]',
  expression: '"relu(x)"',
  expressions: '["relu(x)"]',
  target: 'PYTORCH',
  by: 'OPERATOR',
  text: '"tanh(sig"',
  position: '8',
}

/** A field with its required arguments, and with `first` for lists. */
function write({ name, args }: GraphQLField<unknown, unknown>): string {
  const given = args
    .filter((argument) => isRequiredArgument(argument) || argument.name === 'first')
    .map((argument) => `${argument.name}: ${argument.name === 'first' ? 2 : ARGUMENTS[argument.name]}`)
  return given.length > 0 ? `${name}(${given.join(', ')})` : name
}

/** The shortest selection of a type that shows nothing but its own columns. */
function selectLeaf(type: GraphQLObjectType): string {
  return Object.values(type.getFields()).some(({ name }) => name === 'totalCount')
    ? '{ totalCount pageInfo { hasNextPage } }'
    : '{ __typename }'
}

test('each field reads no other tables than it says', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: 0 })
  const benchmark = await createBenchmark(api.database)
  await fitBenchmark(api.database, benchmark)
  const { rows } = await api.database.pool.query(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
  )
  const tables = new Set(rows.map((row) => row.table_name as string))
  let read = new Set<string>()
  const stop = interceptStatements(api.database.pool, (text, run) => {
    for (const [, table] of text.matchAll(/(?:\bfrom|\bjoin|,)\s+(?:lateral\s+)?(?:"?public"?\.)?"?([a-z_]+)"?/gi)) {
      if (tables.has(table) && !DERIVED_TABLES.has(table)) read.add(table)
    }
    return run()
  })
  t.after(stop)
  const wrong: string[] = []
  let asked = 0
  for (const [name, path] of reachTypes(isKept)) {
    if (UNKEPT_TYPES.has(name)) continue
    const fields = Object.values((schema.getType(name) as GraphQLObjectType).getFields()).filter(
      (field) => isKept(name, field.name) && !UNKEPT_TYPES.has(getNamedType(field.type).name),
    )
    // Fields that say the same are asked for at once.
    for (const declared of new Set(FIELD_READS.get(name)?.values())) {
      const group = fields.filter((field) => FIELD_READS.get(name)?.get(field.name) === declared)
      if (group.length === 0) continue
      const leaves = group.map((field) => {
        const type = getNamedType(field.type)
        return isLeafType(type) ? write(field) : `${write(field)} ${selectLeaf(type as GraphQLObjectType)}`
      })
      const document = `{ ${path.map((step) => `${write(step)} { `).join('')} ${leaves.join(' ')} ${'}'.repeat(path.length + 1)}`
      read = new Set()
      const { errors } = await api.ask(document)
      if (errors.length > 0) wrong.push(`${errors[0].message} (${document})`)
      asked += group.length
      const allowed = findReads(schema, FIELD_READS, parse(document)) ?? []
      const undeclared = [...read].filter((table) => !allowed.includes(table))
      if (undeclared.length > 0) wrong.push(`${name}: ${undeclared.join(', ')} (${document})`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(asked > 150)
})

test('a trigger tells the changes of every table that is declared', async (t) => {
  const { database } = await openTestApi(t)
  const { rows } = await database.pool.query(`
    SELECT c.relname AS table, t.tgtype & 60 AS events, (SELECT count(*)::int FROM unnest(t.tgattr)) AS columns
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = 'actbench_notify_table' AND t.tgenabled <> 'D'`)
  const told = new Map(rows.map((row) => [row.table as string, row]))
  const declared = new Set([...FIELD_READS.values()].flatMap((fields) => [...fields.values()].flat()))
  assert.ok(declared.size >= 14)
  for (const table of declared) {
    // INSERT, DELETE, UPDATE and TRUNCATE.
    assert.equal(told.get(table)?.events, 60, table)
    if (table !== 'surrogates') assert.equal(told.get(table)?.columns, 0, table)
  }
  const { rows: columns } = await database.pool.query(`
    SELECT a.attname AS name FROM pg_attribute a
    WHERE a.attrelid = 'surrogates'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnum NOT IN (
      SELECT unnest(t.tgattr) FROM pg_trigger t WHERE t.tgname = 'surrogates_tell')
    ORDER BY 1`)
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['fence', 'fruitless_starts', 'progress'],
  )
})
