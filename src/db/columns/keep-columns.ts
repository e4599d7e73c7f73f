import { type Kysely, sql } from 'kysely'
import { METRIC_ENTRIES } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import type { MetricColumn } from '../tables/metric-columns.js'
import { Dictionary, functionLine, packTraits, readFunctionLine, TRAITS } from './function-lines.js'
import { packIntegers, toIntegers } from './packed.js'
import { runCountOf, singleSeed, squaresOf } from './repeated-runs.js'

/** Rows that are packed between two statements, so that other work of the process need not wait. */
const CHUNK = 5000

/** The generation that is packed. */
interface Owner {
  readonly datasetId: number
  readonly generation: string
}

/** What a dataset looked like when it was packed. */
export interface AboutColumns {
  /** The version of the dataset, whose runs are packed. */
  readonly version: string
  /** False if too many different functions are in the dataset. */
  readonly isPacked: boolean
  readonly operators: readonly string[]
  readonly roots: readonly string[]
  /** Which lists there are. A dataset with lists of another format is packed again. */
  readonly format?: number
}

/** Version 2 has the seeds of single runs. */
export const FORMAT = 2

/** Finds no transaction that has changed functions, and holds off others until `releaseFunctions`. */
export async function tryHoldFunctions(db: Kysely<Tables>): Promise<boolean> {
  const held = sql<boolean>`pg_try_advisory_lock(7305022, 0)`.as('isHeld')
  return (await db.selectNoFrom(held).executeTakeFirstOrThrow()).isHeld
}

/** The first statement of a transaction that sees one moment: that moment comes before the release. */
export async function releaseFunctions(db: Kysely<Tables>): Promise<void> {
  await db.selectNoFrom(sql`pg_advisory_unlock(7305022, 0)`.as('isReleased')).execute()
}

/**
 * Packs the evaluations of a dataset for its present generation. Call it in the transaction that counted the dataset, which
 * must see one moment, and in which functions were held at its start.
 */
export async function keepColumns(db: Kysely<Tables>, datasetId: number, signal?: AbortSignal): Promise<void> {
  const kept = await db
    .selectFrom('kept_datasets as k')
    .innerJoin('datasets as d', 'd.id', 'k.dataset_id')
    .select(['k.generation', 'd.version'])
    .where('k.dataset_id', '=', datasetId)
    .executeTakeFirst()
  if (!kept) return
  await db.deleteFrom('dataset_columns').where('dataset_id', '=', datasetId).execute()
  const owner = { datasetId, generation: kept.generation }
  const { columns, ...about } = await packFunctions(db, datasetId, signal)
  if (about.isPacked) {
    for (const [name, numbers] of columns) await insertColumn(db, owner, name, packIntegers(numbers))
    for (const { column } of METRIC_ENTRIES) {
      signal?.throwIfAborted()
      await insertOrder(db, owner, column)
    }
    await insertRepeated(db, owner)
    await insertSeeds(db, owner)
  }
  const description: AboutColumns = { version: kept.version, format: FORMAT, ...about }
  await insertColumn(db, owner, 'about', Buffer.from(JSON.stringify(description)))
}

interface PackedFunctions extends Omit<AboutColumns, 'version' | 'format'> {
  readonly columns: readonly (readonly [name: string, numbers: Int32Array])[]
}

async function packFunctions(db: Kysely<Tables>, datasetId: number, signal?: AbortSignal): Promise<PackedFunctions> {
  const ids = await listIds(db, datasetId)
  const runCounts = new Int32Array(ids.length)
  const traits = new Int32Array(ids.length)
  const words: Int32Array[] = []
  const operators = new Dictionary()
  const roots = new Dictionary()
  let isPacked = true
  for (let start = 0; start < ids.length; start += CHUNK) {
    signal?.throwIfAborted()
    const lines = await listLines(db, Array.from(ids.subarray(start, start + CHUNK)))
    for (const [i, { line }] of lines.entries()) {
      const read = readFunctionLine(line)
      const place = start + i
      const root = roots.add(read.root)
      isPacked &&= root < TRAITS.root.limit && read.depth < TRAITS.depth.limit
      runCounts[place] = read.runCount
      traits[place] = packTraits(read.depth, read.flags, root)
      for (const operator of read.operators) {
        const bit = operators.add(operator)
        words[bit >> 5] ??= new Int32Array(ids.length)
        words[bit >> 5][place] |= 1 << (bit & 31)
      }
    }
    if (!isPacked || words.length > MOST_WORDS) return { isPacked: false, operators: [], roots: [], columns: [] }
  }
  return {
    isPacked,
    operators: operators.names,
    roots: roots.names,
    columns: [
      ['ids', ids],
      ['run counts', runCounts],
      ['traits', traits],
      ...words.map((numbers, word) => [`operators ${word}`, numbers] as const),
    ],
  }
}

/** The language has far fewer operators than bits of these. */
const MOST_WORDS = 16

async function listIds(db: Kysely<Tables>, datasetId: number): Promise<Int32Array> {
  const { ids } = await db
    .selectFrom('evaluations as e')
    .select(sql<Buffer | null>`string_agg(int4send(e.id), ''::bytea order by e.id)`.as('ids'))
    .where('e.dataset_id', '=', datasetId)
    .executeTakeFirstOrThrow()
  return toIntegers(ids ?? Buffer.alloc(0))
}

function listLines(db: Kysely<Tables>, ids: readonly number[]): Promise<{ line: string }[]> {
  return db
    .selectFrom('evaluations as e')
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .select(functionLine.as('line'))
    .where('e.id', '=', anyOf(ids))
    .orderBy('e.id')
    .execute()
}

async function insertColumn(
  db: Kysely<Tables>,
  { datasetId, generation }: Owner,
  name: string,
  bytes: Buffer,
): Promise<void> {
  await db.insertInto('dataset_columns').values({ dataset_id: datasetId, generation, name, bytes }).execute()
}

/** Packs the values of a metric in ascending order, and the evaluations that have them. An index has this order. */
async function insertOrder(db: Kysely<Tables>, { datasetId, generation }: Owner, column: MetricColumn): Promise<void> {
  const value = sql.ref(`e.${column}`)
  const isAscending = METRIC_ENTRIES.some((entry) => entry.column === column && !entry.isHigherBetter)
  const order = sql`order by ${value} ${sql.raw(isAscending ? 'asc nulls last' : 'asc nulls first')}`
  await sql`insert into dataset_columns (dataset_id, generation, name, bytes)
    select ${datasetId}::int, ${generation}::bigint, c.name, coalesce(c.bytes, '') from (
      select string_agg(int4send(e.id), ''::bytea ${order}) as ids, string_agg(float8send(${value}), ''::bytea ${order}) as sorted
        from evaluations e where e.dataset_id = ${datasetId}::int and ${value} is not null) packed,
      lateral (values (${`${column} ids`}::text, packed.ids), (${`${column} values`}::text, packed.sorted)) c(name, bytes)`.execute(
    db,
  )
}

/** Packs how much the runs of an evaluation differ: for each metric, the evaluations with several runs of this version. */
async function insertRepeated(db: Kysely<Tables>, { datasetId, generation }: Owner): Promise<void> {
  const columns = METRIC_ENTRIES.map(({ column }) => column)
  const counted = columns.map(
    (column) =>
      sql`${runCountOf(column)} as ${sql.id(`${column}_runs`)}, ${squaresOf(column)} as ${sql.id(`${column}_squares`)}`,
  )
  const packed = columns.map((column) => {
    const runs = sql.id(`${column}_runs`)
    return sql`string_agg(int4send(id) || int4send(${runs}) || float8send(${sql.id(`${column}_squares`)}), ''::bytea order by id)
      filter (where ${runs} > 1) as ${sql.id(column)}`
  })
  const named = columns.map((column) => sql`(${`${column} repeated`}::text, packed.${sql.id(column)})`)
  await sql`insert into dataset_columns (dataset_id, generation, name, bytes)
    with repeated as materialized (
      select e.id, ${sql.join(counted)} from evaluations e join datasets d on d.id = e.dataset_id
        join runs r on r.evaluation_id = e.id and r.dataset_version = d.version
        where e.dataset_id = ${datasetId}::int and r.dataset_id = ${datasetId}::int and e.run_count > 1
        group by e.id having count(*) > 1)
    select ${datasetId}::int, ${generation}::bigint, c.name, coalesce(c.bytes, '')
      from (select ${sql.join(packed)} from repeated) packed, lateral (values ${sql.join(named)}) c(name, bytes)`.execute(
    db,
  )
}

/** Packs the seeds of evaluations with a single run of this version. */
async function insertSeeds(db: Kysely<Tables>, { datasetId, generation }: Owner): Promise<void> {
  await sql`insert into dataset_columns (dataset_id, generation, name, bytes)
    select ${datasetId}::int, ${generation}::bigint, 'seeds', coalesce(string_agg(
        int4send(s.evaluation_id) || int4send(s.seed), ''::bytea order by s.evaluation_id), '')
      from (select r.evaluation_id, ${singleSeed} as seed
        from runs r join datasets d on d.id = r.dataset_id and d.version = r.dataset_version
        where r.dataset_id = ${datasetId}::int group by r.evaluation_id having count(*) = 1) s`.execute(db)
}
