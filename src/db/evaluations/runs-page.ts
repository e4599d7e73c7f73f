import type { Parameters } from '../statements/compile-by-shape.js'
import { definePageList, type PageList, toPageQuery } from '../statements/page-query.js'
import type { RunRow } from '../statements/rows.js'
import { RUN_COLUMNS } from '../tables/columns.js'

/** Conditions of a list of runs; null matches all. */
export interface RunConditions {
  readonly seed: number | null
}

const runs = definePageList('runs', (db, parent, { seed }: Parameters<RunConditions>) => {
  let rows = db.selectFrom('runs as r').where('r.dataset_id', '=', parent)
  if (seed) rows = rows.where('r.seed', '=', seed)
  return toPageQuery(rows, rows.select(RUN_COLUMNS), { key: { column: 'r.id', type: 'int', isDescending: true } })
})

/** The runs of each dataset, newest first. */
export function runsPage(conditions: RunConditions): PageList<RunRow> {
  return runs(conditions, null)
}
