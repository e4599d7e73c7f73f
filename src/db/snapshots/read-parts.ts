import { type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** A file of a snapshot. */
export interface SnapshotFileRow {
  readonly format: string
  readonly size: number
  /** 64 hexadecimal digits. */
  readonly checksum: string
}

/** The files of a snapshot by their formats. */
export function listSnapshotFiles(db: Kysely<Tables>, snapshotId: number): Promise<SnapshotFileRow[]> {
  return db
    .selectFrom('snapshot_files as l')
    .select(['l.format', sql<number>`l.size::float8`.as('size'), sql<string>`encode(l.checksum, 'hex')`.as('checksum')])
    .where('l.snapshot_id', '=', snapshotId)
    .orderBy('l.format')
    .execute()
}

/** A part of a file. Texts are compressed in `bytes`. */
export interface SnapshotPartRow {
  readonly part: number
  readonly start: number
  readonly size: number
  readonly line: number | null
  readonly bytes: Buffer
}

const PART_COLUMNS = ['p.part', sql<number>`p.start::float8`.as('start'), 'p.size', 'p.line', 'p.bytes'] as const

/** The parts of a file from the part with this byte, or from the beginning, in order. Each is read when it is needed. */
export async function* readParts(
  db: Kysely<Tables>,
  { snapshotId, format, from = 0 }: { readonly snapshotId: number; readonly format: string; readonly from?: number },
): AsyncGenerator<SnapshotPartRow, void, void> {
  const select = () =>
    db
      .selectFrom('snapshot_parts as p')
      .select(PART_COLUMNS)
      .where('p.snapshot_id', '=', snapshotId)
      .where('p.format', '=', format)
  const first = await select()
    .where('p.start', '<=', String(from))
    .orderBy('p.start', 'desc')
    .limit(1)
    .executeTakeFirst()
  for (let part: SnapshotPartRow | undefined = first; part; ) {
    yield part
    part = await select()
      .where('p.part', '=', part.part + 1)
      .executeTakeFirst()
  }
}

/** Where the part of the JSON Lines starts that has this expression, or the last one before it. */
export async function findStartOfExpression(
  db: Kysely<Tables>,
  snapshotId: number,
  expression: string,
): Promise<number> {
  const row = await db
    .selectFrom('snapshot_parts as p')
    .select(sql<number>`p.start::float8`.as('start'))
    .where('p.snapshot_id', '=', snapshotId)
    .where('p.format', '=', 'jsonl')
    .where(sql<boolean>`p.expression collate "C" <= ${expression}`)
    .orderBy('p.part', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.start ?? 0
}

/** The parts of the JSON Lines that have these lines, which count from 0. */
export function findPartsOfLines(
  db: Kysely<Tables>,
  snapshotId: number,
  lines: readonly number[],
): Promise<SnapshotPartRow[]> {
  return db
    .selectFrom('snapshot_parts as p')
    .select(PART_COLUMNS)
    .where('p.snapshot_id', '=', snapshotId)
    .where('p.format', '=', 'jsonl')
    .where('p.part', 'in', (eb) =>
      eb.selectFrom(sql<{ line: number }>`unnest(${[...lines]}::int[])`.as<'w'>(sql`w(line)`)).select(
        sql<number>`(select q.part from snapshot_parts q
            where q.snapshot_id = ${snapshotId}::int and q.format = 'jsonl' and q.line <= w.line
            order by q.line desc limit 1)`.as('part'),
      ),
    )
    .execute()
}

/** Parts of the order of a snapshot by a metric. */
export async function findOrderParts(
  db: Kysely<Tables>,
  {
    snapshotId,
    metric,
    parts,
  }: { readonly snapshotId: number; readonly metric: Metric; readonly parts: readonly number[] },
): Promise<Map<number, Buffer>> {
  const rows = await db
    .selectFrom('snapshot_orders as o')
    .select(['o.part', 'o.bytes'])
    .where('o.snapshot_id', '=', snapshotId)
    .where('o.metric', '=', METRICS[metric].column)
    .where('o.part', '=', anyOf(parts))
    .execute()
  return new Map(rows.map(({ part, bytes }) => [part, bytes]))
}
