import { endianness } from 'node:os'
import { deflateSync, inflateSync } from 'node:zlib'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { findOrderParts } from '../../db/snapshots/read-parts.js'
import { insertSnapshotOrder } from '../../db/snapshots/write-snapshot.js'
import { METRIC_ENTRIES, type Metric, type MetricProperty, type Metrics } from '../../metrics.js'

/** A row of the leaderboard of a snapshot. */
export interface OrderedLine {
  /** The number of the line in the JSON Lines, from 0. */
  readonly line: number
  /** Null if the evaluation lacks the metric. */
  readonly rank: number | null
}

/** Rows in one stored part. */
const PART_ROWS = 20_000

/** Collects the metrics of the lines of a snapshot: 56 bytes a line. */
export function createOrderCollector() {
  let [count, room] = [0, 4096]
  const columns = new Map<MetricProperty, Float64Array>(
    METRIC_ENTRIES.map(({ property }) => [property, new Float64Array(room)]),
  )
  return {
    add(metrics: Metrics): void {
      if (count === room) {
        room *= 2
        for (const [name, values] of columns) {
          const larger = new Float64Array(room)
          larger.set(values)
          columns.set(name, larger)
        }
      }
      for (const [name, values] of columns) values[count] = metrics[name] ?? Number.NaN
      count++
    },
    /** Stores the order by each metric, the best value first. Rows without the metric come last. */
    async write(db: KyselyDb, snapshotId: number): Promise<void> {
      for (const { property, column, isHigherBetter } of METRIC_ENTRIES) {
        const values = (columns.get(property) as Float64Array).subarray(0, count)
        const ordered = sortLines(values, isHigherBetter)
        for (let from = 0; from < count; from += PART_ROWS) {
          const bytes = deflateSync(toBytes(ordered.subarray(2 * from, 2 * (from + PART_ROWS))))
          await insertSnapshotOrder(db, { snapshot_id: snapshotId, metric: column, part: from / PART_ROWS, bytes })
        }
      }
    },
  }
}

/** Pairs of line and rank; the rank 0 stands for null. Equal values have the same rank, and the order of the lines. */
function sortLines(values: Float64Array, isHigherBetter: boolean): Int32Array {
  const sign = isHigherBetter ? -1 : 1
  const lines = Int32Array.from(values, (_, i) => i).sort((a, b) => {
    const [isMissing, isOtherMissing] = [Number.isNaN(values[a]), Number.isNaN(values[b])]
    if (isMissing || isOtherMissing) return Number(isMissing) - Number(isOtherMissing) || a - b
    return sign * (values[a] - values[b]) || a - b
  })
  const ordered = new Int32Array(2 * lines.length)
  let rank = 0
  for (const [place, line] of lines.entries()) {
    if (place === 0 || values[line] !== values[lines[place - 1]]) rank = place + 1
    ordered[2 * place] = line
    ordered[2 * place + 1] = Number.isNaN(values[line]) ? 0 : rank
  }
  return ordered
}

/** Rows of the leaderboard by a metric, from a place that counts from 0. */
export async function readOrder(
  db: KyselyDb,
  {
    snapshotId,
    metric,
    from,
    count,
  }: { readonly snapshotId: number; readonly metric: Metric; readonly from: number; readonly count: number },
): Promise<OrderedLine[]> {
  const parts = [...new Set([from, from + count - 1].map((place) => Math.floor(place / PART_ROWS)))]
  const stored = await findOrderParts(db, { snapshotId, metric, parts })
  const rows = parts.flatMap((part) => {
    const bytes = stored.get(part)
    if (!bytes) return []
    const pairs = fromBytes(inflateSync(bytes))
    return Array.from({ length: pairs.length / 2 }, (_, i) => ({
      place: part * PART_ROWS + i,
      line: pairs[2 * i],
      rank: pairs[2 * i + 1] === 0 ? null : pairs[2 * i + 1],
    }))
  })
  return rows.filter(({ place }) => place >= from && place < from + count).map(({ line, rank }) => ({ line, rank }))
}

function toBytes(numbers: Int32Array): Buffer {
  const bytes = Buffer.from(Int32Array.from(numbers).buffer)
  return endianness() === 'BE' ? bytes.swap32() : bytes
}

function fromBytes(bytes: Buffer): Int32Array {
  const copy = Buffer.from(bytes)
  if (endianness() === 'BE') copy.swap32()
  return new Int32Array(copy.buffer.slice(copy.byteOffset, copy.byteOffset + copy.length))
}
