import { type Expression, sql } from 'kysely'

/**
 * The order in which the evaluations `e` of one function in one dataset answer a spelling of it; the first one counts. An
 * imported file may have several rows of a function. First come those that list the spelling that was asked for (as their own
 * expression, then as an equivalent), then those that list the representative, then the others by id. Every look-up of an
 * evaluation by its function uses this order. Pass null if nobody asked for a spelling.
 */
export function answerOrder(spelling: Expression<string> | null): Expression<unknown> {
  const representative = sql<string>`(select n.expression from activations n where n.id = e.activation_id)`
  const lists = (text: Expression<string>, preference: number) => sql`
    when e.expression = ${text} then ${sql.lit(preference)}
    when exists (select from source_rows l where l.evaluation_id = e.id and ${text} = any (l.listed))
      then ${sql.lit(preference + 1)}`
  const asked = spelling === null ? sql`` : lists(spelling, 0)
  return sql`(case ${asked} ${lists(representative, 2)} else 4 end, e.id)`
}
