import { definePageList, type PageList, toPageQuery } from '../statements/page-query.js'
import type { SurrogateRow } from '../statements/rows.js'
import { SURROGATE_COLUMNS } from '../tables/columns.js'

const surrogates = definePageList('surrogates', (db, parent) => {
  const rows = db.selectFrom('surrogates as u').where('u.dataset_id', '=', parent)
  return toPageQuery(rows, rows.select(SURROGATE_COLUMNS), {
    key: { column: 'u.version', type: 'int', isDescending: true },
  })
})

/** The surrogates of each dataset, newest first. */
export const surrogatesPage = (): PageList<SurrogateRow> => surrogates({}, null)
